// When what happened to a call: bars for how long each part took, and a table that says it all in words.
import { useMemo } from 'react';
import type { EntryHeader } from '@countersign/audit';
import type { CallDetail } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { useGatewayNow } from '../../time/clock.ts';
import { duration } from '../../time/model/format.ts';
import { headersOf } from '../model/headers.ts';
import { type Phase, type PhaseKind, scaleOf, type Timeline, timelineOf } from '../model/timeline.ts';
import { text } from '../text.ts';
import { Moments } from './moments.tsx';

const LOOK: Readonly<Record<PhaseKind, string>> = {
  checked: 'bg-muted',
  held: 'bg-hold',
  sent: 'bg-accent',
  waiting: 'bg-edge',
  answering: 'bg-accent',
  task: 'bg-edge',
};

export function TimelineTab({ detail }: { readonly detail: CallDetail }) {
  const headers = useMemo(() => headersOf(detail.entries), [detail.entries]);
  const now = useGatewayNow();
  const timeline = timelineOf(detail.call.id, headers, now * 1000);
  if (timeline === null) return null;
  return (
    <>
      <Section title={text.stretches}>
        {timeline.phases.length === 0 ? (
          <p className="text-muted">{text.noStretches}</p>
        ) : (
          <Bars timeline={timeline} headers={headers} />
        )}
      </Section>
      <Moments call={detail.call.id} headers={headers} reviewers={reviewersOf(detail)} from={timeline.from} />
    </>
  );
}

function Bars({
  timeline,
  headers,
}: {
  readonly timeline: Timeline;
  readonly headers: readonly EntryHeader[];
}) {
  const scale = scaleOf(timeline);
  return (
    <ol className="space-y-1.5">
      {timeline.phases.map((phase) => (
        <Bar
          key={`${phase.kind} ${phase.from}`}
          phase={phase}
          start={timeline.from}
          left={scale.at(phase.from)}
          right={scale.at(phase.to)}
          isShortened={scale.isShortened(phase)}
        />
      ))}
      <li aria-hidden="true" className="grid grid-cols-[9rem_minmax(0,1fr)_5rem] gap-x-3 max-sm:grid-cols-1">
        <span />
        <span className="relative mx-px block h-3 border-t border-edge">
          {headers.map(({ index, time }) => (
            <span
              key={index}
              className="absolute -top-px h-2 w-px bg-ink"
              style={{ left: `${scale.at(time) * 100}%` }}
            />
          ))}
        </span>
      </li>
    </ol>
  );
}

interface BarProps {
  readonly phase: Phase;
  readonly start: number;
  readonly left: number;
  readonly right: number;
  readonly isShortened: boolean;
}

function Bar({ phase, start, left, right, isShortened }: BarProps) {
  const { kind, from, to, isOver } = phase;
  const howLong = duration(to - from);
  const notes = [...(isOver ? [] : [text.stillGoing]), ...(isShortened ? [text.shortened] : [])];
  const name = text.bar(
    text.phases[kind],
    howLong,
    text.sinceStart(duration(from - start)),
    text.sinceStart(duration(to - start)),
    ...notes,
  );
  return (
    <li className="grid grid-cols-[9rem_minmax(0,1fr)_5rem] items-center gap-x-3 max-sm:grid-cols-1">
      <span aria-hidden="true">
        {text.phases[kind]}
        {notes.length > 0 && <span className="block text-muted">{notes.join(', ')}</span>}
      </span>
      <span className="relative block h-5 rounded bg-sunken">
        <span
          role="img"
          aria-label={name}
          title={name}
          className={`absolute inset-y-0 min-w-1 rounded ${LOOK[kind]} ${isShortened ? 'shortened' : ''}`}
          style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}
        />
      </span>
      <span aria-hidden="true" className="tabular-nums">
        {howLong}
      </span>
    </li>
  );
}

const reviewersOf = ({ timeline }: CallDetail): ReadonlyMap<number, string> =>
  new Map(timeline.flatMap(({ index, by }) => (index === null || by === null ? [] : [[index, by] as const])));
