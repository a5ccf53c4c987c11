// What a policy set changes against another, policy by policy, with the lines that differ.
import type { PolicyDifference } from '../../../api/types.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { diffLines, type LineTone } from '../model/wording.ts';
import { text } from '../text.ts';

const LOOK: Readonly<Record<LineTone, string>> = {
  added: 'bg-allow-soft text-allow',
  removed: 'bg-deny-soft text-deny',
  place: 'text-muted',
  same: '',
};

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
          <pre className="border-t border-line bg-sunken py-2 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
            {diffLines(diff).map((line, position) => (
              <span key={`${position}`} className={`block px-3 ${LOOK[line.tone]}`}>
                <PlainText text={line.text} />
              </span>
            ))}
          </pre>
        </li>
      ))}
    </ul>
  );
}
