// One agent: who it is, what it may do, what it did, and how it is stopped.
import { Link, useParams } from '@tanstack/react-router';
import type { AgentDetail } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { chipsOf } from '../../../ui/chip.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { statusSign } from '../model/inventory.ts';
import { text } from '../text.ts';
import { useAgent } from '../use-agents.ts';
import { Activity } from './activity.tsx';
import { Exposures } from './exposures.tsx';
import { Permissions } from './permissions.tsx';
import { RecentCalls } from './recent-calls.tsx';
import { Stop } from './stop.tsx';

export function AgentPane() {
  const { agent: name } = useParams({ from: '/agents/$agent' });
  const agent = useAgent(name);
  const { data } = agent;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={name}
        title={data?.agent.purpose ?? name}
        sign={data === undefined ? null : <Badge sign={statusSign(data.agent)} />}
      />
      <StateOf query={agent} failed={text.oneFailed} loading={text.oneLoading} />
      {data !== undefined && <Loaded key={name} detail={data} />}
    </>
  );
}

function Loaded({ detail }: { readonly detail: AgentDetail }) {
  const { agent } = detail;
  const mayChange = useMay('admin');
  return (
    <>
      {mayChange && (
        <div className="flex flex-wrap gap-2 px-4 pb-3">
          <Link
            to="/agents/$agent"
            params={{ agent: agent.name }}
            search={(before) => ({ ...before, form: 'it' as const })}
            className="button text-ink hover:no-underline"
          >
            {text.edit}
          </Link>
          <Stop agent={agent} />
        </div>
      )}
      <Section title={text.who}>
        <Facts
          facts={[
            [text.owner, `${agent.owner.name} (${agent.owner.email})`],
            [text.team, agent.team],
            [text.purpose, <PlainText key="purpose" text={agent.purpose} />],
            [text.risk, agent.risk],
            [text.environment, agent.environment],
            [text.capabilities, chipsOf(agent.capabilities)],
            [text.labels, chipsOf(agent.labels)],
            [text.identities, <Identities key="identities" agent={agent} />],
          ]}
        />
      </Section>
      <Exposures name={agent.name} />
      <Activity name={agent.name} />
      <Permissions name={agent.name} />
      <RecentCalls detail={detail} />
    </>
  );
}

function Identities({ agent: { identities } }: { readonly agent: AgentDetail['agent'] }) {
  if (identities.length === 0) return text.noIdentities;
  return (
    <ul>
      {identities.map(({ issuer, claim, value }) => (
        <li key={`${issuer} ${claim} ${value}`}>
          {text.identity(issuer, claim)}
          <code className="font-mono text-xs wrap-anywhere">
            <PlainText text={value} />
          </code>
        </li>
      ))}
    </ul>
  );
}
