// The candidate that runs beside the set in force: which it is, how it fares, what it would have decided otherwise; this draft can
// be put there, and whatever runs there can be ended.
import { useState } from 'react';
import type { PolicySource, Shadow } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import type { Sign } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';
import { useSetShadow, useShadow } from '../use-rehearsal.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { ShadowDifferences } from './shadow-differences.tsx';

const words = text.shadow;

interface Props {
  readonly files: readonly PolicySource[];
  readonly checked: Checked;
}

export function ShadowPanel({ files, checked }: Props) {
  const shadow = useShadow();
  const { data } = shadow;
  return (
    <>
      <StateOf query={shadow} failed={words.failed} loading={words.loading} />
      {data !== undefined && (
        <>
          <Section title={words.title}>
            <p className="mb-2 text-muted">{words.what}</p>
            <Running shadow={data} digest={checked.check?.digest ?? null} />
            <Commands shadow={data} files={files} checked={checked} />
          </Section>
          {data.set !== null && <ShadowDifferences shadow={data} />}
        </>
      )}
    </>
  );
}

const SIGNS: Readonly<Record<Shadow['state'], Sign>> = {
  off: { tone: 'quiet', label: words.states.off },
  starting: { tone: 'quiet', label: words.states.starting },
  running: { tone: 'allow', label: words.states.running },
  suspended: { tone: 'warn', label: words.states.suspended },
};

function Running({ shadow, digest }: { readonly shadow: Shadow; readonly digest: string | null }) {
  const { state, set, why, diagnostics, counts, recorded } = shadow;
  if (set === null) return <p className="mb-2">{words.off}</p>;
  const left = Object.values(counts.notReplayed).reduce((sum, count) => sum + count, 0);
  const some = (count: number): string | null => (count === 0 ? null : count.toLocaleString('en'));
  return (
    <div className="mb-3 space-y-2">
      <p role="status">
        <Badge sign={SIGNS[state]} /> {why !== null && <PlainText text={why} />}
      </p>
      {diagnostics.length > 0 && <Diagnostics items={diagnostics} />}
      <Facts
        facts={[
          [words.it, set.digest === digest ? words.isThis : words.isOther],
          [words.by, set.author],
          [words.since, <Time key="since" iso={set.since} full />],
          [words.compared, counts.compared.toLocaleString('en')],
          [words.differed, counts.differed.toLocaleString('en')],
          [words.recorded, recorded.toLocaleString('en')],
          [words.dropped, counts.dropped === 0 ? null : words.droppedWhy(counts.dropped)],
          [words.notReplayed, some(left)],
          [words.unrecorded, some(counts.unrecorded)],
        ]}
      />
    </div>
  );
}

function Commands({ shadow, files, checked }: Props & { readonly shadow: Shadow }) {
  const [isStopping, setStopping] = useState(false);
  const change = useSetShadow();
  const mayChange = useMay('policy_author', 'admin');
  if (!mayChange) return null;
  const { check, isChecking } = checked;
  const isThis = shadow.set !== null && shadow.set.digest === check?.digest;
  const run = (next: readonly PolicySource[] | null): void => {
    if (!change.isPending) change.mutate(next, { onSuccess: () => setStopping(false) });
  };
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {!isThis && check?.ok === true && !isChecking && (
          <button
            type="button"
            className="button"
            aria-disabled={change.isPending}
            onClick={() => run(files)}
          >
            {shadow.set === null ? words.start : words.replace}
          </button>
        )}
        {shadow.set !== null && (
          <button type="button" className="button" onClick={() => setStopping(true)}>
            {words.stop}
          </button>
        )}
      </div>
      {!isStopping && <RefusalOf sending={change} />}
      <ConfirmDialog
        open={isStopping}
        onClose={() => setStopping(false)}
        title={words.stopTitle}
        effect={words.stopEffect}
        send={words.stop}
        sending={change}
        onConfirm={() => run(null)}
      />
    </>
  );
}
