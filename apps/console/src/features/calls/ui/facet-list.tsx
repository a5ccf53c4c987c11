// The values that calls have, each with how many: chosen, excluded, or left open. They edit the query; nothing else.
import { Ban } from 'lucide-react';
import type { CallTallies } from '../../../api/types.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { FACETS, type FacetSpec, type FacetValue, valuesOf } from '../model/facets.ts';
import type { Key } from '../model/query-keys.ts';
import { type Choice, choiceOf, choose, type Query } from '../model/query.ts';
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
      {FACETS.map((spec: FacetSpec) => {
        const counted = others.get(spec.key) ?? tallies;
        const values = withChosen(valuesOf(spec.key, counted), query, spec.key);
        if (values.length === 0) return null;
        const distinct = spec.facets.length === 1 ? (counted.facets[spec.facets[0] ?? '']?.distinct ?? 0) : 0;
        return (
          <details key={spec.key} open className="px-3 py-2">
            <summary className="eyebrow cursor-pointer py-1">{spec.title}</summary>
            <ul aria-label={spec.title}>
              {values.map((value) => (
                <Value
                  key={value.value}
                  title={spec.title}
                  value={value}
                  choice={choiceOf(query, spec.key, value.value)}
                  onChoose={(choice) => onQuery(choose(query, spec.key, value.value, choice))}
                />
              ))}
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

/** What the query says of a value stays to be seen, also where no call has it. */
function withChosen(values: readonly FacetValue[], query: Query, key: Key): readonly FacetValue[] {
  const known = new Set(values.map(({ value }) => value));
  const chosen = query.filter((term) => term.key === key && !term.isPrefix && !known.has(term.value));
  return [...values, ...chosen.map(({ value }) => ({ value, label: value, count: 0 }))];
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
        <span className="text-muted tabular-nums">
          {text.number(count)}
          <span className="sr-only"> {text.callsWord(count)}</span>
        </span>
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
