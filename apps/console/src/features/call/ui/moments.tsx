// Every entry of a call with when it was written and what it says, in words: the timeline for those who read.
import type { EntryHeader } from '@countersign/audit';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { decisionSign, outcomeSign, reasonText } from '../../calls/model/wording.ts';
import { count } from '../../log/model/verification.ts';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

interface Props {
  readonly call: string;
  readonly headers: readonly EntryHeader[];
  /** Who reviewed or took an approval back, by index of the entry that says so. */
  readonly reviewers: ReadonlyMap<number, string>;
  /** Microseconds since the epoch. */
  readonly from: number;
}

export function Moments({ call, headers, reviewers, from }: Props) {
  return (
    <Section title={text.moments}>
      <table className="w-full text-left">
        <TableHead
          columns={[
            { title: text.when },
            { title: text.since, className: 'max-sm:hidden' },
            { title: text.what, className: 'w-full' },
            { title: text.entry, className: 'text-right' },
          ]}
        />
        <tbody>
          {headers.map((header) => (
            <tr key={header.index} className="border-t border-line align-baseline">
              <td className="py-1 pr-3">
                <Time iso={new Date(header.time / 1000).toISOString()} />
              </td>
              <td className="py-1 pr-3 whitespace-nowrap tabular-nums text-muted max-sm:hidden">
                {text.sinceStart(duration(header.time - from))}
              </td>
              <td className="py-1 pr-3 wrap-anywhere">
                <What header={header} call={call} reviewer={reviewers.get(header.index)} />
              </td>
              <td className="py-1 text-right tabular-nums text-muted">{count(header.index)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

interface WhatProps {
  readonly header: EntryHeader;
  readonly call: string;
  readonly reviewer: string | undefined;
}

function What({ header, call, reviewer }: WhatProps) {
  if (header.call !== null && header.call !== call) {
    return <CallLink id={header.call}>{text.takenUp}</CallLink>;
  }
  const particulars = [...particularsOf(header), ...(reviewer === undefined ? [] : [text.by(reviewer)])];
  return (
    <>
      <span className="font-medium">{text.momentKinds[header.kind] ?? header.kind}</span>
      {particulars.length > 0 && <span className="text-muted"> · {particulars.join(' · ')}</span>}
    </>
  );
}

function particularsOf(header: EntryHeader): readonly string[] {
  switch (header.kind) {
    case 'call.decided': {
      const { decision, reason, round } = header.body;
      return [decisionSign(decision).label, reasonText(reason), ...(round > 1 ? [text.round(round)] : [])];
    }
    case 'approval.requested':
      return [text.needs(header.body.quorum)];
    case 'approval.reviewed':
      return [header.body.verdict, header.body.state];
    case 'call.completed': {
      const { outcome, status, events, bytes, firstByteUs = null } = header.body;
      return [
        outcomeSign({ state: 'completed', outcome })?.label ?? outcome,
        ...(status === null ? [] : [text.http(status)]),
        text.events(count(events), count(bytes)),
        ...(firstByteUs === null ? [] : [text.firstByte(duration(firstByteUs))]),
      ];
    }
    case 'call.unknown':
      return [header.body.reason];
    case 'approval.closed': {
      const { previous, state } = header.body;
      return [previous === 'approved' && state === 'withdrawn' ? text.takenBack : state];
    }
    case 'task.settled':
    case 'push.notified':
      return [header.body.state];
    case 'policy.differed':
      return [decisionSign(header.body.shadow).label];
    default:
      return [];
  }
}
