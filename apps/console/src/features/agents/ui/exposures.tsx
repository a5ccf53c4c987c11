// What an agent has seen that counts against it, until when, and which call brought it; for administrators the way to have it cleared.
import { useState } from 'react';
import { useMay } from '../../../shell/me.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../exposure-text.ts';
import { type Exposure, ofAgent, ofPeople } from '../model/exposures.ts';
import { useExposures } from '../use-exposures.ts';
import { ClearDialog } from './clear-dialog.tsx';

/** Nothing where it has seen nothing. */
export function Exposures({ name }: { readonly name: string }) {
  const exposures = useExposures(name);
  const mayClear = useMay('admin');
  const [isClearing, setClearing] = useState(false);
  const { data } = exposures;
  const all = data?.exposures ?? [];
  if (!exposures.isError && all.length === 0 && !isClearing) return null;
  const people = ofPeople(all);
  return (
    <Section title={text.title}>
      {exposures.isError && (
        <Failed what={text.failed} error={exposures.error} onRetry={() => void exposures.refetch()} />
      )}
      {all.length > 0 && <p className="mb-2 text-muted">{text.why}</p>}
      <Items exposures={ofAgent(all)} />
      {people.length > 0 && (
        <>
          <h4 className="mt-2 mb-1 font-medium">{text.people}</h4>
          <Items exposures={people} />
        </>
      )}
      {data?.truncated === true && <p className="mt-1 text-muted">{text.more}</p>}
      {mayClear && ofAgent(all).length > 0 && (
        <button type="button" className="button mt-2" onClick={() => setClearing(true)}>
          {text.clear}
        </button>
      )}
      {isClearing && <ClearDialog name={name} exposures={all} onClose={() => setClearing(false)} />}
    </Section>
  );
}

function Items({ exposures }: { readonly exposures: readonly Exposure[] }) {
  return (
    <ul>
      {exposures.map(({ holder, label, until, call, upstream, resource }) => (
        <li
          key={`${holder.kind === 'agent' ? holder.uid : holder.key} ${label}`}
          className="flex flex-wrap items-baseline gap-x-2 border-t border-line py-1 wrap-anywhere first:border-t-0"
        >
          {holder.kind === 'subject' && <PlainText text={holder.name ?? holder.key} />}
          <Chip>{label}</Chip>
          <span className="text-muted">
            {text.until}
            <Time iso={until} full />, {text.broughtBy}
            <CallLink id={call} className="underline">
              {upstream === null ? (
                text.aCall
              ) : (
                <PlainText text={[upstream, resource ?? []].flat().join('/')} />
              )}
            </CallLink>
          </span>
        </li>
      ))}
    </ul>
  );
}
