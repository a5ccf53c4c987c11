// One server: what it is, what waits to be accepted with what changed in it, how much it is used, all it defines.
import { useParams } from '@tanstack/react-router';
import type { Upstream } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { standingSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useServers } from '../use-servers.ts';
import { Definitions } from './definitions.tsx';
import { Use } from './use.tsx';

export function ServerPane() {
  const { server: name } = useParams({ from: '/servers/$server' });
  const servers = useServers();
  const server = servers.data?.find((each) => each.name === name);
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={name}
        title={server === undefined ? text.kind : name}
        sign={server === undefined ? null : <Badge sign={standingSign(server)} />}
      />
      <StateOf query={servers} failed={text.failed} loading={text.loading} />
      {servers.data !== undefined && server === undefined && (
        <Empty title={text.missing}>
          <p>{text.missingWhy}</p>
        </Empty>
      )}
      {server !== undefined && (
        <>
          <Particulars server={server} />
          <Use name={name} />
          {server.kind === 'mcp' && <Definitions name={name} />}
        </>
      )}
    </>
  );
}

function Particulars({ server }: { readonly server: Upstream }) {
  const {
    url,
    endpoint,
    transport,
    connections,
    team,
    environment,
    risk,
    labels,
    fetchedAt,
    unlisted,
    kind,
  } = server;
  return (
    <Section title={text.what}>
      <Facts
        facts={[
          [text.address, <PlainText key="url" text={url} />],
          [
            text.endpoint,
            <code key="endpoint" className="font-mono text-xs">
              {endpoint}
            </code>,
          ],
          [text.transport, transport],
          [
            text.connections,
            connections === null ? null : text.connected(connections.connections, connections.sessions),
          ],
          [
            text.trouble,
            typeof connections?.trouble === 'string' ? (
              <span key="trouble" className="text-deny">
                <PlainText text={connections.trouble} />
              </span>
            ) : null,
          ],
          [text.notListed, unlisted === null ? null : <Unlisted key="unlisted" unlisted={unlisted} />],
          [text.team, team],
          [text.environment, environment],
          [text.risk, risk],
          [
            text.labels,
            labels.length === 0 ? null : (
              <span key="labels" className="flex flex-wrap gap-1">
                {labels.map((label) => (
                  <Chip key={label}>{label}</Chip>
                ))}
              </span>
            ),
          ],
          [
            text.listed,
            kind === 'a2a' ? null : fetchedAt === null ? (
              text.never
            ) : (
              <Time key="listed" iso={fetchedAt} full />
            ),
          ],
        ]}
      />
    </Section>
  );
}

function Unlisted({ unlisted: { reason, since } }: { readonly unlisted: NonNullable<Upstream['unlisted']> }) {
  return (
    <>
      <Time iso={since} full />
      <span className="block text-deny">
        <PlainText text={reason} />
      </span>
      <span className="block text-muted">{text.askedAgain}</span>
    </>
  );
}
