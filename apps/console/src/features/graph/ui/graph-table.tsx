// Who calls whom as a table: how often, how that went, and what policy makes of it today.
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../ui/badge.tsx';
import { answerSign } from '../../agents/model/inventory.ts';
import { tallyText } from '../../tallies/model/standings.ts';
import { Time } from '../../time/ui/time.tsx';
import type { GraphNode, Line } from '../model/lines.ts';
import { text } from '../text.ts';

export function GraphTable({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <table aria-label={text.list} className="w-full border-separate border-spacing-0 text-left">
      <thead>
        <tr>
          <th scope="col" className="column top-0">
            {text.from}
          </th>
          <th scope="col" className="column top-0">
            {text.to}
          </th>
          <th scope="col" className="column top-0">
            {text.policy}
          </th>
          <th scope="col" className="column top-0 hidden @lg:table-cell">
            {text.calls}
          </th>
          <th scope="col" className="column top-0 hidden @2xl:table-cell">
            {text.last}
          </th>
        </tr>
      </thead>
      <tbody>
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
            <td className="cell hidden whitespace-normal @lg:table-cell">{tallyText(edge.calls)}</td>
            <td className="cell hidden @2xl:table-cell">
              <Time iso={edge.lastAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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
