// A label, as data carries it.
import type { ReactNode } from 'react';

export function Chip({ children }: { readonly children: ReactNode }) {
  return (
    <span className="rounded border border-line bg-sunken px-1.5 font-mono text-xs leading-5 text-ink">
      {children}
    </span>
  );
}

/** Labels beside each other; null for none, which facts leave out. */
export function chipsOf(labels: readonly string[]): ReactNode | null {
  if (labels.length === 0) return null;
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <Chip key={label}>{label}</Chip>
      ))}
    </span>
  );
}
