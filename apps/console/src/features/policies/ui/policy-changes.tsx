// What policies say otherwise, each in the parts that Cedar has. What came and what went is told by words and signs as well as
// by colour.
import { CedarText } from '../../../ui/code/cedar-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { pairedTerms, type PolicyChange as Change, type Term } from '../model/terms.ts';
import { versionText } from '../text.ts';

const TONE = { added: 'text-allow', removed: 'text-deny', changed: 'text-hold' } as const;
const SIGN = { added: '+', removed: '−', changed: '±' } as const;

export function PolicyChanges({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <ul className="space-y-2">
      {changes.map((change) => (
        <li key={change.id} className="rounded-md border border-line">
          <ChangeCard change={change} />
        </li>
      ))}
    </ul>
  );
}

function ChangeCard({ change: { id, change, effect, file, line, terms } }: { readonly change: Change }) {
  return (
    <article aria-label={`${id}, ${versionText.changed[change]}`}>
      <p className="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5">
        <span className={`font-semibold ${TONE[change]}`}>
          <span aria-hidden="true">{SIGN[change]} </span>
          {versionText.changed[change]}
        </span>
        <span className="font-mono text-xs font-semibold wrap-anywhere">
          <PlainText text={id} />
        </span>
        <span className={effect === 'permit' ? 'text-allow' : effect === 'guard' ? 'text-hold' : 'text-deny'}>
          {effect}
        </span>
        <span className="ml-auto font-mono text-xs text-muted wrap-anywhere">
          <PlainText text={`${file}:${line}`} />
        </span>
      </p>
      {terms.length === 0 ? (
        <p className="border-t border-line bg-sunken px-3 py-1.5 text-muted">{versionText.layout}</p>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 border-t border-line bg-sunken px-3 py-1.5">
          {pairedTerms(terms).map((term) => (
            <div key={`${term.part} ${term.name} ${term.before} ${term.after}`} className="contents">
              <dt className="text-muted">
                {versionText.parts[term.part]}
                {term.name !== null && <code className="ml-1 font-mono text-xs">@{term.name}</code>}
              </dt>
              <dd className="min-w-0 space-y-0.5">
                <Value term={term} isWhole={change !== 'changed'} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  );
}

/** Of a policy that is new or gone, what it says is no change in itself. */
function Value({ term, isWhole }: { readonly term: Term; readonly isWhole: boolean }) {
  const { before, after } = term;
  const isCode = term.part !== 'annotation' && term.part !== 'effect';
  const shown = (text: string) => (isCode ? <CedarText text={text} /> : <PlainText text={text} />);
  if (isWhole) return <Code>{shown(after ?? before ?? '')}</Code>;
  return (
    <>
      {before !== null && (
        <Code tone="bg-deny-soft" sign="−" word={versionText.was}>
          {shown(before)}
        </Code>
      )}
      {after !== null && (
        <Code tone="bg-allow-soft" sign="+" word={versionText.is}>
          {shown(after)}
        </Code>
      )}
    </>
  );
}

interface CodeProps {
  readonly tone?: string;
  readonly sign?: string;
  readonly word?: string;
  readonly children: React.ReactNode;
}

function Code({ tone = '', sign, word, children }: CodeProps) {
  return (
    <code
      className={`block rounded px-1 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere ${tone}`}
    >
      {sign !== undefined && (
        <>
          <span aria-hidden="true" className="text-muted">
            {sign}{' '}
          </span>
          <span className="sr-only">{word} </span>
        </>
      )}
      {children}
    </code>
  );
}
