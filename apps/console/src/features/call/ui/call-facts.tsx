// Who called, for whom, and what: the facts of a call that have no view of their own.
import type { CallDetail } from '../../../api/types.ts';
import { Chip } from '../../../ui/chip.tsx';
import { Copyable } from '../../../ui/copyable.tsx';
import { AgentLink, ApprovalLink, ChainLink, ServerLink } from '../../../ui/links.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { PolicySetLink } from '../../policies/ui/policy-set-link.tsx';
import { text } from '../text.ts';

export function CallFacts({ detail }: { readonly detail: CallDetail }) {
  const { call } = detail;
  return (
    <Section title={text.who}>
      <Facts
        facts={[
          [text.agent, <Agent key="agent" name={call.agent} />],
          [text.owner, call.owner],
          [text.team, call.team],
          [text.subject, call.subject === null ? null : <PlainText key="subject" text={call.subject} />],
          [text.actors, detail.actors.length > 1 ? detail.actors.join(' → ') : null],
          [text.operation, `${call.operation} (${call.revision})`],
          [
            text.upstream,
            call.upstream === null ? null : (
              <ServerLink key="upstream" id={call.upstream}>
                {call.upstream}
              </ServerLink>
            ),
          ],
          [text.resource, call.resource === null ? null : <PlainText key="resource" text={call.resource} />],
          [text.httpStatus, call.httpStatus],
          [
            text.approval,
            call.approval === null ? null : (
              <Copyable key="approval" value={call.approval} what={text.approvalId}>
                <ApprovalLink id={call.approval} className="font-mono text-xs wrap-anywhere">
                  {call.approval}
                </ApprovalLink>
              </Copyable>
            ),
          ],
          [text.labels, call.labels.length === 0 ? null : <Labels key="labels" labels={call.labels} />],
          [
            text.chainOf,
            <Copyable key="chain" value={call.chain} what={text.chainId}>
              <ChainLink id={call.chain} className="font-mono text-xs wrap-anywhere">
                {call.chain}
              </ChainLink>
            </Copyable>,
          ],
          [
            text.trace,
            call.traceId === null ? null : <Copyable key="trace" value={call.traceId} what={text.traceId} />,
          ],
          [
            text.policySet,
            detail.why?.policySet === null || detail.why === null ? null : (
              <PolicySetLink digest={detail.why.policySet} />
            ),
          ],
        ]}
      />
    </Section>
  );
}

function Agent({ name }: { readonly name: string | null }) {
  if (name === null) return <span className="text-deny">{text.unregistered}</span>;
  return <AgentLink id={name}>{name}</AgentLink>;
}

function Labels({ labels }: { readonly labels: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <Chip key={label}>{label}</Chip>
      ))}
    </span>
  );
}
