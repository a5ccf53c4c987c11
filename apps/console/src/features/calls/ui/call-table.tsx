// The rows of the live list: a real table, one Tab stop, moved through with j/k and the arrow keys.
import { useState, type KeyboardEvent } from 'react';
import type { Call } from '../../../api/types.ts';
import { rowAfterKey } from '../model/roving.ts';
import { CallRow, rowId } from './call-row.tsx';
import { text } from '../text.ts';

interface Props {
  readonly calls: readonly Call[];
  readonly selected: string | null;
}

export function CallTable({ calls, selected }: Props) {
  const [current, setCurrent] = useState<string | null>(null);
  const known = calls.some((call) => call.id === current);
  const reachable = known ? current : (calls[0]?.id ?? null);

  const move = (event: KeyboardEvent): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const ids = calls.map((call) => call.id);
    const next = rowAfterKey(ids, current, event.key);
    if (next === null) return;
    event.preventDefault();
    document.getElementById(rowId(next))?.focus();
  };

  return (
    <table aria-labelledby="calls-heading" className="w-full border-separate border-spacing-0 text-left">
      <thead>
        <tr>
          <th scope="col" className="column">
            {text.columns.time}
          </th>
          <th scope="col" className="column hidden @lg:table-cell">
            {text.columns.agent}
          </th>
          <th scope="col" className="column">
            {text.columns.call}
          </th>
          <th scope="col" className="column">
            {text.columns.decision}
          </th>
          <th scope="col" className="column hidden @xl:table-cell">
            {text.columns.outcome}
          </th>
          <th scope="col" className="column hidden @5xl:table-cell">
            {text.columns.policy}
          </th>
          <th scope="col" className="column hidden @4xl:table-cell">
            {text.columns.chain}
          </th>
        </tr>
      </thead>
      <tbody
        onKeyDown={move}
        onFocus={(event) => setCurrent(event.target.getAttribute('data-row') ?? current)}
      >
        {calls.map((call) => (
          <CallRow
            key={call.id}
            call={call}
            selected={call.id === selected}
            reachable={call.id === reachable}
          />
        ))}
      </tbody>
    </table>
  );
}
