// The servers and called agents behind the gateway and, beside them, the one that is open.
import { Link } from '@tanstack/react-router';
import type { Tally, Upstream } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { DataTable, SHOWN_FROM } from '../../../ui/data-table.tsx';
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { NO_CALLS } from '../../tallies/model/standings.ts';
import { TallyCount } from '../../tallies/ui/tally-count.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { standingSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useServers, useUseOfAll } from '../use-servers.ts';

export function ServersPage() {
  const servers = useServers();
  const { data } = servers;
  return (
    <SplitPage base="/servers" title={text.heading} pane={text.kind}>
      <StateOf query={servers} failed={text.failed} loading={text.loading} />
      {data?.length === 0 && (
        <Empty title={text.noneTitle}>
          <p>{text.none}</p>
        </Empty>
      )}
      {data !== undefined && data.length > 0 && <ServerTable servers={data} />}
    </SplitPage>
  );
}

function ServerTable({ servers }: { readonly servers: readonly Upstream[] }) {
  const open = useOpenId();
  const { data: use } = useUseOfAll();
  const most = Math.max(1, ...[...(use?.values() ?? [])].map(({ calls }) => calls));
  const { columns } = text;
  return (
    <DataTable
      label={text.heading}
      columns={[
        { title: columns.name },
        { title: columns.kind },
        { title: columns.team, from: 'lg' },
        { title: columns.risk, from: '2xl' },
        { title: columns.tools, from: 'xl' },
        { title: columns.day, from: '2xl' },
        { title: columns.standing },
      ]}
    >
      {servers.map((server) => (
        <Row
          key={server.uid}
          server={server}
          day={use === undefined ? null : (use.get(server.name) ?? NO_CALLS)}
          most={most}
          isSelected={server.name === open}
        />
      ))}
    </DataTable>
  );
}

interface RowProps {
  readonly server: Upstream;
  /** Null while it is not known. */
  readonly day: Tally | null;
  readonly most: number;
  readonly isSelected: boolean;
}

function Row({ server, day, most, isSelected }: RowProps) {
  return (
    <tr className={`relative ${isSelected ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}>
      <th scope="row" className="cell w-full max-w-0 min-w-24 font-normal">
        <Link
          id={`row-${server.name}`}
          data-row={server.name}
          to="/servers/$server"
          params={{ server: server.name }}
          aria-current={isSelected ? 'true' : undefined}
          className="block truncate font-medium text-ink after:absolute after:inset-0 hover:no-underline"
        >
          {server.name}
        </Link>
      </th>
      <td className="cell">{text.protocol[server.kind]}</td>
      <td className={`cell ${SHOWN_FROM.lg}`}>{server.team}</td>
      <td className={`cell ${SHOWN_FROM['2xl']}`}>{server.risk}</td>
      <td className={`cell tabular-nums ${SHOWN_FROM.xl}`}>{server.tools ?? '–'}</td>
      <td className={`cell ${SHOWN_FROM['2xl']}`}>
        {day !== null && <TallyCount tally={day} most={most} className="w-36" />}
      </td>
      <td className="cell">
        <Badge sign={standingSign(server)} />
      </td>
    </tr>
  );
}
