// The servers and called agents behind the gateway and, beside them, the one that is open.
import { Link } from '@tanstack/react-router';
import type { Upstream } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { Empty, Failed, Loading } from '../../../ui/state.tsx';
import { standingSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useServers } from '../use-servers.ts';

export function ServersPage() {
  const servers = useServers();
  const { data } = servers;
  return (
    <SplitPage base="/servers" title={text.heading} pane={text.kind}>
      {servers.isError && (
        <Failed
          what={data === undefined ? text.failed : text.stale}
          error={servers.error}
          onRetry={() => void servers.refetch()}
        />
      )}
      {servers.isPending && <Loading what={text.loading} />}
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
  const { columns } = text;
  return (
    <table aria-label={text.heading} className="w-full border-separate border-spacing-0 text-left">
      <thead>
        <tr>
          <th scope="col" className="column top-0">
            {columns.name}
          </th>
          <th scope="col" className="column top-0">
            {columns.kind}
          </th>
          <th scope="col" className="column top-0 hidden @lg:table-cell">
            {columns.team}
          </th>
          <th scope="col" className="column top-0 hidden @2xl:table-cell">
            {columns.risk}
          </th>
          <th scope="col" className="column top-0 hidden @xl:table-cell">
            {columns.tools}
          </th>
          <th scope="col" className="column top-0">
            {columns.standing}
          </th>
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => (
          <Row key={server.uid} server={server} isSelected={server.name === open} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ server, isSelected }: { readonly server: Upstream; readonly isSelected: boolean }) {
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
      <td className="cell hidden @lg:table-cell">{server.team}</td>
      <td className="cell hidden @2xl:table-cell">{server.risk}</td>
      <td className="cell hidden tabular-nums @xl:table-cell">{server.tools ?? '–'}</td>
      <td className="cell">
        <Badge sign={standingSign(server)} />
      </td>
    </tr>
  );
}
