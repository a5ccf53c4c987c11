// Two values member by member, as a table. What differs is said in words, not by colour alone.
import { CopyButton } from '../../../ui/copy-button.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { differs, idIn, pairsOf } from '../model/difference.ts';
import { text } from '../text.ts';

interface Props {
  readonly title: string;
  readonly a: unknown;
  readonly b: unknown;
  readonly isAll: boolean;
}

export function DifferenceTable({ title, a, b, isAll }: Props) {
  const pairs = pairsOf(a, b).filter((pair) => isAll || differs(pair));
  if (pairs.length === 0) return <p className="text-muted">{text.same}</p>;
  return (
    <table aria-label={title} className="w-full table-fixed border-separate border-spacing-0 text-left">
      <thead>
        <tr className="text-muted">
          {[text.what, text.first, text.second].map((head) => (
            <th key={head} scope="col" className="border-b border-line py-1 pr-3 text-2xs font-semibold">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {pairs.map((pair) => (
          <tr key={pair.path} className="align-top">
            <th scope="row" className="border-b border-line py-1 pr-3 font-normal wrap-anywhere text-muted">
              <PlainText text={pair.path} />
              {isAll && differs(pair) && <span className="font-semibold text-ink"> · {text.differs}</span>}
            </th>
            {[pair.a, pair.b].map((value, at) => (
              <td
                key={at === 0 ? 'a' : 'b'}
                className="border-b border-line py-1 pr-3 font-mono text-xs leading-5 wrap-anywhere"
              >
                <Value value={value} what={text.of(pair.path, at === 0 ? text.first : text.second)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, what }: { readonly value: string | null; readonly what: string }) {
  if (value === null) return <i className="text-muted">{text.absent}</i>;
  const id = idIn(value);
  return (
    <>
      <PlainText text={value} />
      {id !== null && <CopyButton value={id} what={what} />}
    </>
  );
}
