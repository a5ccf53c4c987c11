// Gives checkpoints to a witness (C2SP tlog-witness, the log's side), and believes of its answers only what is signed: its
// cosignature by its own key, and a larger or other log only by this log's own.
import {
  type CosignatureVerifier,
  openCosignatures,
  parseNote,
  utf8,
  withSignatures,
} from '@countersign/audit';
import { MAX_SUBMISSION_BYTES, originHash, parseSizeBody, submissionBody } from '../witness/wire.ts';
import { type HttpAnswer, request } from './http.ts';
import type { OwnLog } from './own-log.ts';
import { type Attempt, failed, type SignedHead, type Target } from './types.ts';

/** One to learn what the witness holds, one with the proof from there, and some for others that submit meanwhile. */
const MAX_ROUNDS = 4;
const SHOWN = 200;

export function witnessTarget(options: {
  /** The submission prefix, which is the monitoring prefix too. */
  readonly url: string;
  readonly verifier: CosignatureVerifier;
  readonly log: OwnLog;
}): Target {
  const { verifier, log } = options;
  const prefix = options.url.replace(/\/+$/, '');

  return {
    id: verifier.vkey,
    kind: 'witness',
    name: verifier.name,
    async publish(head, known, signal) {
      let old = Math.min(known, head.size);
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const body = submissionBody(old, await log.prove(old, head.size), head.note);
        const answer = await request(
          `${prefix}/add-checkpoint`,
          { method: 'POST', type: 'text/plain; charset=utf-8', body },
          { maxBytes: MAX_SUBMISSION_BYTES, signal },
        );
        if (typeof answer === 'string') return failed('unreachable', answer);
        if (answer.status === 200) return accepted(head, answer);
        const held = answer.status === 409 ? parseSizeBody(textOf(answer)) : null;
        // Another root at the size that it was told, or a log that is longer than the one it was shown.
        if (held === old || (held !== null && held > head.size)) return disputed(head, held, signal);
        if (answer.status === 422) return disputed(head, old, signal);
        if (held === null) return refused(answer);
        old = held;
      }
      return failed('refused', 'it names another size each time that it is asked');
    },
  };

  async function accepted(head: SignedHead, answer: HttpAnswer): Promise<Attempt> {
    const line = await ownLine(head.note, textOf(answer));
    if (line === null) return failed('refused', 'its answer holds no valid cosignature by its key');
    return { result: 'accepted', head, proof: utf8(line), cosignature: line };
  }

  /** What the witness holds instead, as it shows it: only this log's own signature makes that more than its word. */
  async function disputed(head: SignedHead, held: number, signal: AbortSignal): Promise<Attempt> {
    const says = `it does not take a checkpoint of ${head.size} entries, and says that it holds one of ${held}`;
    const answer = await request(
      `${prefix}/${originHash(log.origin)}/checkpoint`,
      {},
      { maxBytes: MAX_SUBMISSION_BYTES, signal },
    );
    if (typeof answer === 'string' || answer.status !== 200)
      return failed('conflict', `${says}, which it does not show`);
    const note = textOf(answer);
    const judged = await log.judge(note);
    if (judged.is === 'foreign') return failed('conflict', `${says}, and shows none that this log signed`);
    if (judged.is === 'contradiction') return failed('conflict', judged.message, judged.message);
    const line = await ownLine(judged.head.note, signaturesOf(note));
    // Somebody else gave it a newer checkpoint of this log: then it holds more than was asked of it.
    return line !== null && judged.head.size >= head.size
      ? { result: 'accepted', head: judged.head, proof: utf8(line), cosignature: line }
      : failed('conflict', `${says}, which this log did sign: it refuses what extends it`);
  }

  /** The witness's own valid line among these, which belong under `note`; null where there is none. */
  async function ownLine(note: string, lines: string): Promise<string | null> {
    for (const line of lines.split(/(?<=\n)/)) {
      const cosigned = withSignatures(note, line);
      if (!cosigned.ok) continue;
      const opened = await openCosignatures(cosigned.value, [verifier]);
      if (opened.ok && opened.value.length > 0) return line;
    }
    return null;
  }
}

function refused(answer: HttpAnswer): Attempt {
  const text = textOf(answer).trim().slice(0, SHOWN);
  const says = `it answered ${answer.status}${text === '' ? '' : `: ${text}`}`;
  return failed(answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'refused', says);
}

function textOf({ body }: HttpAnswer): string {
  return new TextDecoder().decode(body);
}

function signaturesOf(note: string): string {
  return parseNote(note).ok ? note.slice(note.lastIndexOf('\n\n') + 2) : '';
}
