// What the validator says, in its own words and with its places; where there is an editor, each leads to its place.
import type { PolicyDiagnostic } from '../../../api/types.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { byNeed } from '../model/wording.ts';
import { text } from '../text.ts';

interface Props {
  readonly items: readonly PolicyDiagnostic[];
  readonly onGoTo?: (diagnostic: PolicyDiagnostic) => void;
}

export function Diagnostics({ items, onGoTo }: Props) {
  return (
    <ul className="space-y-1" aria-label={text.diagnostics}>
      {byNeed(items).map((item) => (
        <li key={`${item.file}:${item.line}:${item.column} ${item.message}`} className="wrap-anywhere">
          {onGoTo === undefined ? (
            <Place item={item} />
          ) : (
            <button type="button" className="link" onClick={() => onGoTo(item)}>
              <span className="sr-only">{text.goTo} </span>
              <Place item={item} />
            </button>
          )}{' '}
          <span className={item.severity === 'error' ? 'text-deny' : 'text-hold'}>{item.severity}</span>{' '}
          <PlainText text={item.message} />
        </li>
      ))}
    </ul>
  );
}

const Place = ({ item: { file, line, column } }: { readonly item: PolicyDiagnostic }) => (
  <code className="font-mono text-xs">
    {file}:{line}:{column}
  </code>
);
