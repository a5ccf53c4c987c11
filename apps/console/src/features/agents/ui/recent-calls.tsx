// An agent's latest calls, and the way to all of them.
import { Link } from '@tanstack/react-router';
import type { AgentDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { printQuery } from '../../calls/model/query.ts';
import { decisionSign, targetText } from '../../calls/model/wording.ts';
import { Archived } from '../../calls/ui/archived.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function RecentCalls({ detail: { recent: calls, archived } }: { readonly detail: AgentDetail }) {
  const agent = calls[0]?.agent;
  return (
    <Section title={text.recent}>
      {calls.length === 0 && (
        <p className="text-muted">{archived === null ? text.noRecent : text.noneListed}</p>
      )}
      <ul className="space-y-1">
        {calls.map((call) => (
          <li key={call.id} className="flex flex-wrap items-baseline gap-x-3">
            <span className="text-muted">
              <Time iso={call.startedAt} />
            </span>
            <CallLink id={call.id}>
              <PlainText text={targetText(call)} />
            </CallLink>
            <Badge sign={decisionSign(call.decision)} />
          </li>
        ))}
      </ul>
      <div className="text-muted empty:hidden">
        <Archived archived={archived} />
      </div>
      {typeof agent === 'string' && (
        <p className="mt-2">
          <Link
            to="/calls"
            search={{
              q: printQuery([{ how: 'wanted', tests: [{ key: 'agent', value: agent, isPrefix: false }] }]),
            }}
          >
            {text.allCalls}
          </Link>
        </p>
      )}
    </Section>
  );
}
