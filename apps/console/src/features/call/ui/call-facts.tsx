// Who called, for whom, and what: the facts of a call that have no view of their own.
import type { CallDetail } from '../../../api/types.ts';
import { Chip } from '../../../ui/chip.tsx';
import { ApprovalLink, ChainLink } from '../../../ui/links.tsx';
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
          [text.agent, call.agent ?? <span className="text-deny">{text.unregistered}</span>],
          [text.owner, call.owner],
          [text.team, call.team],
          [text.subject, call.subject === null ? null : <PlainText key="subject" text={call.subject} />],
          [text.actors, detail.actors.length > 1 ? detail.actors.join(' → ') : null],
          [text.operation, `${call.operation} (${call.revision})`],
          [text.upstream, call.upstream],
          [text.resource, call.resource === null ? null : <PlainText key="resource" text={call.resource} />],
          [text.httpStatus, call.httpStatus],
          [
            text.approval,
            call.approval === null ? null : (
              <ApprovalLink key="approval" id={call.approval} className="font-mono text-xs wrap-anywhere">
                {call.approval}
              </ApprovalLink>
            ),
          ],
          [text.labels, call.labels.length === 0 ? null : <Labels key="labels" labels={call.labels} />],
          [
            text.chainOf,
            <ChainLink key="chain" id={call.chain} className="font-mono text-xs wrap-anywhere">
              {call.chain}
            </ChainLink>,
          ],
          [
            text.trace,
            call.traceId === null ? null : <code className="font-mono text-xs">{call.traceId}</code>,
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

function Labels({ labels }: { readonly labels: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <Chip key={label}>{label}</Chip>
      ))}
    </span>
  );
}
