// What a witness answers to a submission (C2SP tlog-witness 1.0.0): it cosigns a checkpoint only after it has seen that it
// extends the newest one that it cosigned, and has put it on disk. Says nothing about what the entries contain.
import {
  cosign,
  type Cosigner,
  equalBytes,
  type NoteVerifier,
  openNote,
  verifyConsistency,
} from '@countersign/audit';
import type { Head, WitnessState } from './state.ts';
import { parseSubmission, type Submission } from './submission.ts';
import { SIZE_TYPE } from './wire.ts';

export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: string;
  readonly body: string;
}

export interface WitnessParts {
  readonly state: WitnessState;
  readonly cosigner: Cosigner;
  /** The keys of the logs that are witnessed; each is named after its log's origin. */
  readonly logs: readonly NoteVerifier[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For the operator: a log that contradicts itself. */
  readonly tell: (message: string) => void;
}

export interface Witness {
  addCheckpoint(body: Uint8Array): Promise<Answer>;
}

const text = (status: Answer['status'], body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});
const held = (size: number): Answer => ({ status: 409, type: SIZE_TYPE, body: `${size}\n` });

export function createWitness({ state, cosigner, logs, now, tell }: WitnessParts): Witness {
  return {
    async addCheckpoint(body) {
      const submission = parseSubmission(body);
      if (typeof submission === 'string') return text(400, submission);
      const { checkpoint, note, old } = submission;
      const { origin } = checkpoint;
      const keys = logs.filter(({ name }) => name === origin);
      if (keys.length === 0) return text(404, 'this witness does not know the log');
      const opened = await openNote(note, keys);
      if (!opened.ok) return text(403, 'no key that this witness knows of the log signed the checkpoint');
      if (old > checkpoint.size) return text(400, 'the old size is larger than the checkpoint');

      const head = state.head(origin);
      const problem = compare(submission, head);
      if (problem !== null) {
        if (head !== null && problem.status === 409 && checkpoint.size === head.size)
          isFork(submission, head);
        return problem;
      }
      // A clock that was set back must not make a larger log older than a smaller one.
      const time = Math.max(Math.floor(now() / 1000), head?.time ?? 0);
      const line = await cosign(submission.parsed.text, time, cosigner);
      const signed = `${signedBy(submission, opened.value.signedBy)}${line}`;
      // INVARIANT: durable before anybody sees the cosignature, and only if no other submission came in between.
      const { size, root } = checkpoint;
      if (!state.advance(origin, head, { size, root, note: signed, time }))
        return held(state.head(origin)?.size ?? 0);
      return { status: 200, type: 'text/plain; charset=utf-8', body: line };
    },
  };

  /** Two signed checkpoints of one size with two roots are proof, to anybody, that the log shows different histories. */
  function isFork({ checkpoint, note }: Submission, head: Head): void {
    if (equalBytes(head.root, checkpoint.root)) return;
    state.keepConflict(checkpoint.origin, head.note, note);
    tell(
      `the log \`${checkpoint.origin}\` signed two checkpoints of ${head.size} entries: it shows two histories`,
    );
  }
}

function compare({ old, proof, checkpoint }: Submission, head: Head | null): Answer | null {
  const known = head?.size ?? 0;
  if (old !== known) return held(known);
  if (head !== null && checkpoint.size === head.size && !equalBytes(checkpoint.root, head.root))
    return held(known);
  // Nothing can be proven against the empty tree: of a log that a witness never saw, it takes the first word.
  const older = { size: old, root: head?.root ?? EMPTY_ROOT };
  const isExtension =
    old === 0
      ? proof.length === 0 && (checkpoint.size > 0 || equalBytes(checkpoint.root, EMPTY_ROOT))
      : verifyConsistency({ older, newer: checkpoint }, proof);
  return isExtension ? null : text(422, 'the proof does not show that the checkpoint extends the one held');
}

const EMPTY_ROOT = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');

/** The note with those signatures only that were checked. */
function signedBy({ parsed, note }: Submission, verifiers: readonly NoteVerifier[]): string {
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  const kept = parsed.signatures.flatMap(({ name, keyHash }, at) =>
    verifiers.some((verifier) => verifier.name === name && equalBytes(verifier.keyHash, keyHash))
      ? [`${lines[at]}\n`]
      : [],
  );
  return `${parsed.text}\n${kept.join('')}`;
}
