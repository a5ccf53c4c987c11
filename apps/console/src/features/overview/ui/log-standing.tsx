// How the log stands: recomputed to where, signed to where, and held by somebody else to where.
import type { LogHealth } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Facts } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function LogStanding({ log }: { readonly log: LogHealth }) {
  const { verification, checkpoint, held, fault, concerns, size } = log;
  return (
    <section aria-label={text.log} className="min-w-0 border-t border-line px-4 py-3">
      <h2 className="eyebrow mb-1">{text.log}</h2>
      {fault !== null && <Fault what={text.out} why={fault} />}
      {concerns.map((concern) => (
        <Fault key={concern} what={text.concern} why={concern} />
      ))}
      {verification.message !== null && <Fault what={text.concern} why={verification.message} />}
      <Facts
        facts={[
          [text.verified, `${count(verification.verifiedTo)}${text.of(count(size))}`],
          [
            text.checkpoint,
            checkpoint === null ? (
              text.noCheckpoint
            ) : (
              <span key="checkpoint">
                {text.covers(count(checkpoint.size))}, <Time iso={checkpoint.time} />
              </span>
            ),
          ],
          [
            text.heldElsewhere,
            held.by === null || held.at === null ? (
              text.nobody
            ) : (
              <span key="held">
                {text.heldTo(count(held.size))} {text.by[held.by]}, <Time iso={held.at} />
              </span>
            ),
          ],
        ]}
      />
    </section>
  );
}

function Fault({ what, why }: { readonly what: string; readonly why: string }) {
  return (
    <p className="mb-2 flex gap-1.5 text-deny">
      <Icon name="warning" className="mt-0.5" />
      <span className="wrap-anywhere">
        {what}: <PlainText text={why} />
      </span>
    </p>
  );
}
