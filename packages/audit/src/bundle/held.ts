// Checkpoints that somebody outside holds: those that the bundle brings along (level "checkpoints", and "timestamps" with
// their tokens) and those that the auditor brings (level "external").

import { fromBase64, utf8 } from '../bytes.ts';
import type { Tally } from '../verify/tally.ts';
import type { FailureCode } from '../verify/types.ts';
import type { WitnessStep } from '../verify/witnesses.ts';
import type { Heads } from './heads.ts';
import type { BundleOptions, BundleReport } from './report.ts';
import type { AnchorLine } from './types.ts';

type Stamp = BundleReport['timestamps'][number];

/** Time stamps that a report names. */
const MAX_STAMPS = 64;

export interface HeldStep {
  readonly anchor: (line: AnchorLine) => Promise<void>;
  readonly external: (note: string | Uint8Array) => Promise<void>;
  readonly timestamps: readonly Stamp[];
  /** Size of the largest checkpoint of the auditor's that the bundle continues. */
  readonly largest: () => number;
}

export function createHeldStep(
  heads: Heads,
  witnesses: WitnessStep,
  checkTimestamp: BundleOptions['checkTimestamp'],
  tally: Tally,
): HeldStep {
  const timestamps: Stamp[] = [];
  let largest = 0;
  // One line may stand there a million times; of many, the ones that cover most say all that is concluded from them.
  const add = (stamp: Stamp): void => {
    if (timestamps.some(({ authority, size }) => authority === stamp.authority && size === stamp.size))
      return;
    timestamps.push(stamp);
    if (timestamps.length <= MAX_STAMPS) return;
    const least = Math.min(...timestamps.map(({ size }) => size));
    timestamps.splice(
      timestamps.findIndex(({ size }) => size === least),
      1,
    );
  };
  return {
    timestamps,
    largest: () => largest,
    anchor: async ({ to, name, note, proof }) => {
      const level = to === 'timestamp' ? 'timestamps' : 'checkpoints';
      if (to === 'timestamp' && (checkTimestamp === undefined || proof === null)) return;
      const opened = await heads.read(note, level, `the checkpoint given to \`${name}\``);
      if (opened === null) return;
      const { size } = opened;
      const standing = heads.standing(opened);
      if (standing === 'conflict' || standing === 'unproven') {
        const code = standing === 'conflict' ? 'checkpoint_conflict' : 'consistency_invalid';
        const message = `the checkpoint of size ${size} given to \`${name}\` is not shown to be a beginning of the one in the bundle`;
        tally.failed(level, code, null, message);
      }
      if (standing !== 'beginning') return;
      await witnesses.saw(note, size);
      if (to !== 'timestamp' || checkTimestamp === undefined) return;
      const answer = await checkTimestamp(fromBase64(proof ?? '') ?? new Uint8Array(0), utf8(note));
      if (answer.ok) {
        add({ authority: answer.authority, size, time: answer.time });
        return;
      }
      const message = `the time stamp of \`${name}\` does not belong to its checkpoint: ${answer.message}`;
      tally.failed('timestamps', 'timestamp_invalid', null, message);
    },
    external: async (note) => {
      const opened = await heads.read(note, 'external', 'the checkpoint held elsewhere');
      if (opened === null) return;
      const { size } = opened;
      const failed = (code: FailureCode, message: string): void =>
        tally.failed('external', code, null, message);
      switch (heads.standing(opened)) {
        case 'beginning':
          largest = Math.max(largest, size);
          await witnesses.saw(note, size);
          break;
        case 'conflict':
          failed(
            'checkpoint_conflict',
            `the checkpoint of size ${size} held elsewhere and that of the bundle have different roots: the log was rewritten, or different people were shown different logs`,
          );
          break;
        case 'unproven':
          failed(
            'consistency_invalid',
            `the bundle does not continue the checkpoint of size ${size} held elsewhere: the log was rewritten since, or the proof was changed`,
          );
          break;
        case 'newer':
          failed(
            'held_not_comparable',
            `the checkpoint held elsewhere, of size ${size}, is newer than the bundle: ask for one made after it`,
          );
          break;
        case 'unknown':
          failed(
            'held_not_comparable',
            `the bundle does not show how its checkpoint continues that of size ${size} held elsewhere: ask for one exported with \`--since\``,
          );
      }
    },
  };
}
