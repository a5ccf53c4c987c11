// What somebody else holds of the log, and how old that is: all that could not be rewritten unseen.
import type { LogHealth } from '../../../api/types.ts';
import { Facts, Section } from '../../../ui/section.tsx';
import { text as overview } from '../../overview/text.ts';
import { Time } from '../../time/ui/time.tsx';
import { quorumText, waitingText } from '../model/holders.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';

export function HeldElsewhere({ log: { held, quorum, checkpoint, size } }: { readonly log: LogHealth }) {
  const waits = waitingText(held.waitingMs);
  return (
    <Section title={text.heldElsewhere}>
      {held.by === null ? (
        <p className="text-hold">{text.noHolders}</p>
      ) : (
        <p className="mb-1 text-muted">{text.holdersWhy}</p>
      )}
      <Facts
        facts={[
          [
            text.heldTo,
            held.by === null
              ? null
              : `${text.entriesOf(count(held.size), count(size))} ${overview.by[held.by]}`,
          ],
          [text.heldSince, held.at === null ? null : <Time key="at" iso={held.at} full />],
          [
            text.notHeld,
            checkpoint === null || held.by === null || checkpoint.size <= held.size
              ? null
              : text.entriesCount(count(checkpoint.size - held.size)),
          ],
          [text.oldestWaits, waits],
          [text.quorum, quorumText(quorum)],
        ]}
      />
    </Section>
  );
}
