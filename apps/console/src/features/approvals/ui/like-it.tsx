// Earlier calls like the one that waits: how they ended, and what is different since the last one that people let through.
import type { Approval, CallDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { useCall } from '../../call/use-call.ts';
import { decisionSign, outcomeSign } from '../../calls/model/wording.ts';
import { leafChanges } from '../../payload/model/leaf-changes.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { useApproval } from '../use-approvals.ts';

const SHOWN = 5;

export function LikeIt({ approval }: { readonly approval: Approval }) {
  const call = useCall(approval.call);
  const similar = call.data?.similar ?? [];
  const approved = similar.find((each) => each.approval !== null && each.decision === 'allow');
  return (
    <Section title={text.likeIt}>
      <StateOf query={call} failed={text.likeItFailed} loading={text.likeItLoading} />
      {call.data !== undefined && similar.length === 0 && <p className="text-hold">{text.firstOfItsKind}</p>}
      {similar.length > 0 && <Earlier calls={similar.slice(0, SHOWN)} />}
      {typeof approved?.approval === 'string' && <Since approval={approval} earlier={approved.approval} />}
    </Section>
  );
}

function Earlier({ calls }: { readonly calls: CallDetail['similar'] }) {
  return (
    <ul className="space-y-1">
      {calls.map((call) => {
        const outcome = outcomeSign(call);
        return (
          <li key={call.id} className="flex flex-wrap items-baseline gap-x-3">
            <CallLink id={call.id}>
              <Time iso={call.startedAt} />
            </CallLink>
            <Badge sign={decisionSign(call.decision)} />
            {outcome !== null && <span className="text-muted">{outcome.label}</span>}
            {call.approval !== null && <span className="text-muted">{text.byPeople}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Since({ approval, earlier }: { readonly approval: Approval; readonly earlier: string }) {
  const { data } = useApproval(earlier);
  const changes = data === undefined ? null : leafChanges(data.params, approval.params);
  if (changes === null) return null;
  if (changes.length === 0) return <p className="mt-2">{text.sameAsApproved}</p>;
  return (
    <table className="mt-2 w-full text-left">
      <caption className="pb-1 text-left text-muted">{text.sinceApproved}</caption>
      <TableHead columns={[{ title: text.value }, { title: text.before }, { title: text.now }]} />
      <tbody className="font-mono text-xs">
        {changes.map(({ path, before, after }) => (
          <tr key={path} className="border-t border-line align-baseline">
            <th scope="row" className="py-1 pr-3 font-normal wrap-anywhere">
              <PlainText text={path} />
            </th>
            <td className="py-1 pr-3 wrap-anywhere">
              <PlainText text={before ?? text.absent} />
            </td>
            <td className="py-1 font-semibold wrap-anywhere">
              <PlainText text={after ?? text.absent} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
