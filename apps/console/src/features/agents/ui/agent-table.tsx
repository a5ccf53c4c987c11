// The agents as a table: one Tab stop for each, as their number is what an organization has, not what it does.
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../ui/badge.tsx';
import { DataTable, SHOWN_FROM } from '../../../ui/data-table.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { TallyCount } from '../../tallies/ui/tally-count.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type InventoryRow, statusSign } from '../model/inventory.ts';
import { text } from '../text.ts';

interface Props {
  readonly rows: readonly InventoryRow[];
  readonly selected: string | null;
  /** Where no call is known: there may be earlier ones in archives. */
  readonly none: string;
}

export function AgentTable({ rows, selected, none }: Props) {
  const most = Math.max(1, ...rows.map(({ day }) => day.calls));
  const { columns } = text;
  return (
    <DataTable
      label={text.heading}
      isBelowBar
      columns={[
        { title: columns.name },
        { title: columns.status },
        { title: columns.owner, from: 'lg' },
        { title: columns.team, from: '2xl' },
        { title: columns.risk, from: '3xl' },
        { title: columns.environment, from: '4xl' },
        { title: columns.last, from: 'xl' },
        { title: columns.day, from: '2xl' },
      ]}
    >
      {rows.map((row) => (
        <Row key={row.agent.uid} row={row} most={most} isSelected={row.agent.name === selected} none={none} />
      ))}
    </DataTable>
  );
}

interface RowProps {
  readonly row: InventoryRow;
  readonly most: number;
  readonly isSelected: boolean;
  readonly none: string;
}

function Row({ row: { agent, day, lastCallAt, isDormant }, most, isSelected, none }: RowProps) {
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
      <td className={`cell ${SHOWN_FROM.lg}`}>{agent.owner.name}</td>
      <td className={`cell ${SHOWN_FROM['2xl']}`}>{agent.team}</td>
      <td className={`cell ${SHOWN_FROM['3xl']}`}>{agent.risk}</td>
      <td className={`cell ${SHOWN_FROM['4xl']}`}>{agent.environment}</td>
      <td className={`cell text-muted ${SHOWN_FROM.xl}`}>
        {lastCallAt === null ? none : <Time iso={lastCallAt} />}
      </td>
      <td className={`cell ${SHOWN_FROM['2xl']}`}>
        <TallyCount tally={day} most={most} className="w-36" />
      </td>
    </tr>
  );
}
