// What a policy set changes against another, policy by policy, with the lines that differ.
import type { PolicyDifference } from '../../../api/types.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';
import { DiffText } from './diff-text.tsx';

export function Difference({ items }: { readonly items: readonly PolicyDifference[] }) {
  if (items.length === 0) return <p className="text-muted">{text.nothing}</p>;
  return (
    <ul className="space-y-2">
      {items.map(({ what, name, change, file, diff }) => (
        <li key={`${what} ${name}`} className="rounded-md border border-line">
          <p className="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5">
            <span className="font-mono text-xs font-semibold wrap-anywhere">
              <PlainText text={name} />
            </span>
            <span>{change}</span>
            {what === 'policy' && (
              <span className="ml-auto font-mono text-xs text-muted">
                <PlainText text={file} />
              </span>
            )}
          </p>
          <DiffText diff={diff} />
        </li>
      ))}
    </ul>
  );
}
