// Who asks, as far as it bears on the verdict: whose agent it is and what for, what it has seen, how its calls went lately.
import type { Approval } from '../../../api/types.ts';
import { chipsOf } from '../../../ui/chip.tsx';
import { AgentLink } from '../../../ui/links.tsx';
import { Facts } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { useAgent } from '../../agents/use-agents.ts';
import { targetText } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { tallyText } from '../../tallies/model/standings.ts';
import { text } from '../text.ts';
import { useHistory } from '../use-approvals.ts';

export function Requester({ approval }: { readonly approval: Approval }) {
  const agent = useAgent(approval.agent);
  const { data: month } = useHistory(approval.agent);
  const { owner, subject, operation } = approval;
  return (
    <>
      <Facts
        facts={[
          [
            text.agent,
            <span key="agent">
              <AgentLink id={approval.agent} className="underline">
                {approval.agent}
              </AgentLink>
              {owner !== null && <span className="text-muted">{text.ownedBy(owner)}</span>}
            </span>,
          ],
          [
            text.purpose,
            agent.data === undefined ? null : <PlainText key="purpose" text={agent.data.agent.purpose} />,
          ],
          [text.subject, subject === '' ? null : <PlainText key="subject" text={subject} />],
          [
            text.call,
            <span key="call">
              <PlainText text={targetText(approval)} /> <span className="text-muted">{operation}</span>
            </span>,
          ],
          [text.seen, chipsOf(agent.data?.exposure ?? [])],
          [text.month, month === undefined ? null : tallyText(month)],
        ]}
      />
      {agent.isError && (
        <Failed what={text.agentFailed} error={agent.error} onRetry={() => void agent.refetch()} />
      )}
    </>
  );
}
