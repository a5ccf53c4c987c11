// The values that calls have, each with how many: chosen, excluded, or left open. They edit the query; nothing else.
import { Ban, X } from 'lucide-react';
import type { CallTallies } from '../../../api/types.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import {
  FACETS,
  type FacetSpec,
  type FacetValue,
  clausesBeside,
  valuesOf,
  withChosen,
} from '../model/facets.ts';
import { type Choice, choiceOf, choose, type Key, printClause, type Query } from '../model/query.ts';
import { text } from '../text.ts';

interface Props {
  readonly query: Query;
  readonly tallies: CallTallies;
  /** For keys that the query speaks of: how it stands without what it says of them. */
  readonly others: ReadonlyMap<Key, CallTallies>;
  readonly onQuery: (query: Query) => void;
}

export function FacetList({ query, tallies, others, onQuery }: Props) {
  return (
    <div className="divide-y divide-line">
      <Beside query={query} onQuery={onQuery} />
      {FACETS.map((spec: FacetSpec) => {
        const counted = others.get(spec.key) ?? tallies;
        const values = withChosen(valuesOf(spec.key, counted), query, spec.key);
        if (values.length === 0) return null;
        const distinct = spec.facets.length === 1 ? (counted.facets[spec.facets[0] ?? '']?.distinct ?? 0) : 0;
        return (
          <details key={spec.key} open className="px-3 py-2">
            <summary className="eyebrow cursor-pointer py-1">{spec.title}</summary>
            <ul aria-label={spec.title}>
              {values.map((value) => {
                const chosen = { key: spec.key, value: value.value, isPrefix: value.isPrefix };
                return (
                  <Value
                    key={value.label}
                    title={spec.title}
                    value={value}
                    choice={choiceOf(query, chosen)}
                    onChoose={(choice) => onQuery(choose(query, chosen, choice))}
                  />
                );
              })}
            </ul>
            {distinct > values.length && (
              <p className="px-1.5 py-1 text-muted">{text.moreValues(distinct - values.length)}</p>
            )}
          </details>
        );
      })}
    </div>
  );
}

/** What is asked for besides the lists, each to be taken back. */
function Beside({ query, onQuery }: Pick<Props, 'query' | 'onQuery'>) {
  const clauses = clausesBeside(query);
  if (clauses.length === 0) return null;
  return (
    <section className="px-3 py-2">
      <p className="eyebrow py-1">{text.beside}</p>
      <ul aria-label={text.beside} className="flex flex-wrap gap-1">
        {clauses.map((clause) => (
          <li key={printClause(clause)} className="min-w-0">
            <button
              type="button"
              className="button-quiet min-h-7 max-w-full bg-selected px-1.5"
              aria-label={text.takeBack(printClause(clause))}
              onClick={() => onQuery(query.filter((each) => each !== clause))}
            >
              <span className="text-left font-mono text-xs wrap-anywhere whitespace-normal">
                <PlainText text={printClause(clause)} />
              </span>
              <X aria-hidden="true" className="size-3.5 flex-none" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ValueProps {
  readonly title: string;
  readonly value: FacetValue;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

function Value({ title, value: { label, count }, choice, onChoose }: ValueProps) {
  return (
    <li className="flex items-center">
      <button
        type="button"
        aria-pressed={choice === 'wanted'}
        onClick={() => onChoose(choice === 'wanted' ? 'open' : 'wanted')}
        className={`flex min-h-7 min-w-0 flex-1 items-center gap-2 rounded px-1.5 text-left hover:bg-hover ${choice === 'wanted' ? 'bg-selected font-medium' : ''}`}
      >
        <span className={`min-w-0 flex-1 truncate ${choice === 'unwanted' ? 'text-muted line-through' : ''}`}>
          <span className="sr-only">{title} </span>
          <PlainText text={label} />{' '}
        </span>
        {count !== null && (
          <span className="text-muted tabular-nums">
            {text.number(count)}
            <span className="sr-only"> {text.callsWord(count)}</span>
          </span>
        )}
      </button>
      <button
        type="button"
        aria-pressed={choice === 'unwanted'}
        aria-label={text.unwanted(title, label)}
        title={text.unwanted(title, label)}
        onClick={() => onChoose(choice === 'unwanted' ? 'open' : 'unwanted')}
        className={`button-quiet min-h-7 px-1 ${choice === 'unwanted' ? 'bg-deny-soft text-deny' : ''}`}
      >
        <Ban aria-hidden="true" className="size-3.5" />
      </button>
    </li>
  );
}
