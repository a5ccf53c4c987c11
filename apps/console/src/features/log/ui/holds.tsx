// Legal holds: what each keeps and why, who placed it, and lifting it, which somebody has to answer for.
import { useState } from 'react';
import type { LegalHold } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { useHolds, useLiftHold } from '../use-log.ts';
import { HoldDialog } from './hold-dialog.tsx';

export function Holds() {
  const mayPlace = useMay('auditor', 'admin');
  const mayLift = useMay('admin');
  const [lifted, setLifted] = useState<LegalHold | null>(null);
  const [isPlacing, setPlacing] = useState(false);
  const holds = useHolds();
  return (
    <Section title={text.legalHolds}>
      <p className="mb-2 max-w-3xl text-muted">{text.holdsWhy}</p>
      <StateOf query={holds} failed={text.holdsFailed} loading={text.theHolds} />
      {holds.data?.length === 0 && <p className="text-muted">{text.noHolds}</p>}
      <ul className="space-y-3">
        {(holds.data ?? []).map((hold) => (
          <li key={hold.id} className="rounded-md border border-line p-3">
            <Card hold={hold} onLift={mayLift && hold.liftedAt === null ? () => setLifted(hold) : null} />
          </li>
        ))}
      </ul>
      {mayPlace && (
        <button type="button" className="button mt-2" onClick={() => setPlacing(true)}>
          {text.placeHold}
        </button>
      )}
      {isPlacing && <HoldDialog onClose={() => setPlacing(false)} />}
      {lifted !== null && <LiftDialog hold={lifted} onClose={() => setLifted(null)} />}
    </Section>
  );
}

function Card({ hold, onLift }: { readonly hold: LegalHold; readonly onLift: (() => void) | null }) {
  const { id, query, reason, setBy, setAt, liftedBy, liftedAt } = hold;
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <Badge
          sign={
            liftedAt === null
              ? { tone: 'hold', label: text.inForce }
              : { tone: 'quiet', label: text.wasLifted }
          }
        />
        <span className="min-w-0 font-mono text-xs wrap-anywhere">
          {query === '' ? text.everything : <PlainText text={query} />}
        </span>
        <code className="font-mono text-xs text-muted wrap-anywhere">{id}</code>
      </p>
      <Facts
        facts={[
          [text.reason, <PlainText key="reason" text={reason} />],
          [
            text.placed,
            <span key="set">
              <PlainText text={setBy} />, <Time iso={setAt} full />
            </span>,
          ],
          [
            text.wasLifted,
            liftedAt === null ? null : (
              <span key="lifted">
                <PlainText text={liftedBy ?? ''} />, <Time iso={liftedAt} full />
              </span>
            ),
          ],
        ]}
      />
      {onLift !== null && (
        <button type="button" className="button mt-2" onClick={onLift}>
          {text.lift}
        </button>
      )}
    </>
  );
}

function LiftDialog({ hold, onClose }: { readonly hold: LegalHold; readonly onClose: () => void }) {
  const lift = useLiftHold();
  return (
    <ReasonDialog
      open
      onClose={onClose}
      title={text.liftTitle}
      effect={text.liftEffect}
      send={text.lift}
      isDangerous
      action={{
        ...lift,
        run: (reason) => lift.mutate({ id: hold.id, reason }, { onSuccess: onClose }),
      }}
    />
  );
}
