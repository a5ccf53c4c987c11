// The agents as a table: one Tab stop for each, as their number is what an organization has, not what it does.
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../ui/badge.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { TallyBar } from '../../tallies/ui/tally-bar.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import { count } from '../../log/model/verification.ts';
import { Time } from '../../time/ui/time.tsx';
import { type InventoryRow, statusSign } from '../model/inventory.ts';
import { text } from '../text.ts';

interface Props {
  readonly rows: readonly InventoryRow[];
  readonly selected: string | null;
}

export function AgentTable({ rows, selected }: Props) {
  const most = Math.max(1, ...rows.map(({ day }) => day.calls));
  const { columns } = text;
  return (
    <table aria-label={text.heading} className="w-full border-separate border-spacing-0 text-left">
      <thead>
        <tr>
          <th scope="col" className="column">
            {columns.name}
          </th>
          <th scope="col" className="column">
            {columns.status}
          </th>
          <th scope="col" className="column hidden @lg:table-cell">
            {columns.owner}
          </th>
          <th scope="col" className="column hidden @2xl:table-cell">
            {columns.team}
          </th>
          <th scope="col" className="column hidden @3xl:table-cell">
            {columns.risk}
          </th>
          <th scope="col" className="column hidden @4xl:table-cell">
            {columns.environment}
          </th>
          <th scope="col" className="column hidden @xl:table-cell">
            {columns.last}
          </th>
          <th scope="col" className="column hidden @2xl:table-cell">
            {columns.day}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.agent.uid} row={row} most={most} isSelected={row.agent.name === selected} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: InventoryRow;
  readonly most: number;
  readonly isSelected: boolean;
}

function Row({ row: { agent, day, lastCallAt, isDormant }, most, isSelected }: RowProps) {
  return (
    <tr className={`relative ${isSelected ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}>
      <th scope="row" className="cell w-full max-w-0 min-w-32 font-normal">
        <Link
          id={`row-${agent.name}`}
          data-row={agent.name}
          to="/agents/$agent"
          params={{ agent: agent.name }}
          search={true}
          aria-current={isSelected ? 'true' : undefined}
          className="block truncate font-medium text-ink after:absolute after:inset-0 hover:no-underline"
        >
          {agent.name}
        </Link>
        <span className="block truncate text-muted">
          <PlainText text={agent.purpose} />
        </span>
      </th>
      <td className="cell">
        <Badge sign={statusSign(agent)} />
        {isDormant && <span className="block text-muted">{text.dormant}</span>}
      </td>
      <td className="cell hidden @lg:table-cell">{agent.owner.name}</td>
      <td className="cell hidden @2xl:table-cell">{agent.team}</td>
      <td className="cell hidden @3xl:table-cell">{agent.risk}</td>
      <td className="cell hidden @4xl:table-cell">{agent.environment}</td>
      <td className="cell hidden text-muted @xl:table-cell">
        {lastCallAt === null ? text.never : <Time iso={lastCallAt} />}
      </td>
      <td className="cell hidden @2xl:table-cell">
        <span className="flex w-36 items-center gap-2" title={tallyText(day)}>
          <TallyBar tally={day} share={day.calls / most} />
          <span aria-hidden="true" className="w-10 text-right tabular-nums">
            {count(day.calls)}
          </span>
          <span className="sr-only">{tallyText(day)}</span>
        </span>
      </td>
    </tr>
  );
}
