// A label, as data carries it.
import type { ReactNode } from 'react';

export function Chip({ children }: { readonly children: ReactNode }) {
  return (
    <span className="rounded border border-line bg-sunken px-1.5 font-mono text-xs leading-5 text-ink">
      {children}
    </span>
  );
}
