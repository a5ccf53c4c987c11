// Who calls whom as a table: how often, how that went, and what policy makes of it today.
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../ui/badge.tsx';
import { DataTable, SHOWN_FROM } from '../../../ui/data-table.tsx';
import { answerSign } from '../../agents/model/inventory.ts';
import { tallyText } from '../../tallies/model/standings.ts';
import { Time } from '../../time/ui/time.tsx';
import type { GraphNode, Line } from '../model/lines.ts';
import { text } from '../text.ts';

export function GraphTable({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <DataTable
      label={text.list}
      columns={[
        { title: text.from },
        { title: text.to },
        { title: text.policy },
        { title: text.calls, from: 'lg' },
        { title: text.last, from: '2xl' },
      ]}
    >
      {lines.map(({ id, from, to, edge }) => (
        <tr key={id} className="bg-surface">
          <th scope="row" className="cell max-w-0 truncate font-normal">
            <Name node={from} />
          </th>
          <td className="cell max-w-0 truncate">
            <Name node={to} />
          </td>
          <td className="cell">
            <Badge sign={answerSign(edge.policy)} />
          </td>
          <td className={`cell whitespace-normal ${SHOWN_FROM.lg}`}>{tallyText(edge.calls)}</td>
          <td className={`cell ${SHOWN_FROM['2xl']}`}>
            <Time iso={edge.lastAt} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

function Name({ node }: { readonly node: GraphNode }) {
  if (node.name === null || node.kind === 'unregistered')
    return <span className="text-deny">{text.unregistered}</span>;
  if (!node.isRegistered) {
    return (
      <>
        {node.name} <span className="text-muted">{text.gone}</span>
      </>
    );
  }
  if (node.kind === 'agent') {
    return (
      <Link to="/agents/$agent" params={{ agent: node.name }}>
        {node.name}
      </Link>
    );
  }
  return (
    <Link to="/servers/$server" params={{ server: node.name }}>
      {node.name}
    </Link>
  );
}
