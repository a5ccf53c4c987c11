// What runs in the shadow of the set in force: how it fares, and where it would have decided otherwise.
import type { Shadow } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import type { Sign } from '../../calls/model/wording.ts';
import { count } from '../../log/model/verification.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Diagnostics } from '../../policy-draft/ui/diagnostics.tsx';
import { ShadowDifferences } from '../../policy-draft/ui/shadow-differences.tsx';
import { useShadow } from '../../policy-draft/use-rehearsal.ts';
import { Time } from '../../time/ui/time.tsx';
import { shadowText as text } from '../text.ts';

const TONES: Readonly<Record<Shadow['state'], Sign['tone']>> = {
  off: 'quiet',
  starting: 'quiet',
  running: 'allow',
  suspended: 'warn',
};

export function ShadowPane() {
  const shadow = useShadow();
  const { data } = shadow;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={data?.set?.digest ?? 'shadow'}
        title={data?.set === null ? text.off : text.title}
        sign={
          data === undefined ? null : (
            <Badge sign={{ tone: TONES[data.state], label: text.states[data.state] }} />
          )
        }
      />
      <StateOf query={shadow} failed={text.failed} loading={text.loading} />
      {data?.set === null && (
        <Empty title={text.off}>
          <p>{text.offWhy}</p>
        </Empty>
      )}
      {data !== undefined && data.set !== null && <Loaded shadow={data} set={data.set} />}
    </>
  );
}

function Loaded({ shadow, set }: { readonly shadow: Shadow; readonly set: NonNullable<Shadow['set']> }) {
  const { why, diagnostics, counts, recorded } = shadow;
  return (
    <>
      {why !== null && (
        <Section title={text.states.suspended}>
          <p className="text-hold">
            <PlainText text={why} /> {text.suspendedWhy}
          </p>
          <Diagnostics items={diagnostics} />
        </Section>
      )}
      <Section title={text.what}>
        <Facts
          facts={[
            [text.author, set.author],
            [text.since, <Time key="since" iso={set.since} full />],
            [text.files, set.sources.map(({ file }) => file).join(', ')],
          ]}
        />
      </Section>
      <Section title={text.counted}>
        <Facts
          facts={[
            [text.compared, count(counts.compared)],
            [text.differed, count(counts.differed)],
            [text.recorded, count(recorded)],
            [text.dropped, counts.dropped === 0 ? null : count(counts.dropped)],
            [text.unrecorded, counts.unrecorded === 0 ? null : count(counts.unrecorded)],
            ...Object.entries(counts.notReplayed).map(
              ([reason, calls]) => [text.notReplayed(reason), count(calls)] as const,
            ),
          ]}
        />
      </Section>
      <ShadowDifferences shadow={shadow} />
    </>
  );
}
