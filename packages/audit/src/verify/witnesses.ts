// Level "witnesses": which of the checkpoints at hand the auditor's own policy accepts, and how much of the log they
// cover. A checkpoint counts only where it was shown to be one of this log.

import { fromUtf8 } from '../bytes.ts';
import type { Trust } from '../trust/types.ts';
import { checkQuorum } from '../trust/quorum.ts';
import type { Tally } from './tally.ts';
import type { WitnessReport } from './types.ts';

export interface WitnessStep {
  /** @param note a checkpoint of `size` entries that was shown to belong to the log. */
  readonly saw: (note: string | Uint8Array, size: number) => Promise<void>;
  /** @param needed how many entries a witnessed checkpoint must cover. */
  readonly finish: (needed: number) => WitnessReport;
}

export interface WitnessStepOptions {
  readonly trust: Trust | undefined;
  readonly requireWitness: boolean;
}

const MAX_SEEN = 64;

export function createWitnessStep({ trust, requireWitness }: WitnessStepOptions, tally: Tally): WitnessStep {
  const seenBy: WitnessReport['seenBy'][number][] = [];
  const quorum = trust?.quorum ?? null;
  let covered = 0;
  return {
    saw: async (note, size) => {
      if (trust === undefined || trust.witnesses.length === 0 || !isCosigned(note)) return;
      const report = await checkQuorum(note, trust);
      for (const { witness, time } of report.cosigners) {
        if (seenBy.length < MAX_SEEN) seenBy.push({ witness: witness.name, size, time });
      }
      // WHY not `ok`: that the log signed it was seen by the keys that speak for it, which the policy may name by their root.
      if (quorum !== null && report.isQuorumMet) covered = Math.max(covered, size);
    },
    finish: (needed) => {
      if (quorum === null) {
        if (requireWitness) {
          tally.checked('witnesses');
          const why =
            trust === undefined ? 'no trust policy was given' : 'the trust policy asks for no quorum';
          tally.failed(
            'witnesses',
            'witness_required',
            null,
            `a witness is required, but ${why}: name witnesses and a quorum in it`,
          );
        }
        return { quorum: 'not_asked', covered, seenBy };
      }
      tally.checked('witnesses');
      const isMet = covered > 0 && covered >= needed;
      if (!isMet) {
        const upTo =
          covered === 0 ? 'no checkpoint here meets it' : `it is met for the first ${covered} entries only`;
        tally.failed(
          'witnesses',
          'quorum_unmet',
          covered === 0 ? null : covered,
          `the quorum \`${quorum}\` of the trust policy is not met for entry ${Math.max(0, needed - 1)}: ${upTo}`,
        );
      }
      return { quorum: isMet ? 'met' : 'unmet', covered, seenBy };
    },
  };
}

/** Whether there is more than one signature: most checkpoints of a log never leave it. */
function isCosigned(note: string | Uint8Array): boolean {
  const text = typeof note === 'string' ? note : fromUtf8(note);
  return text !== null && text.indexOf('\n— ', text.indexOf('\n— ') + 1) >= 0;
}
