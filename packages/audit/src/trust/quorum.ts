// Whether a checkpoint is one that a trust policy accepts: signed by one of its logs, and cosigned by enough of its
// witnesses. Says who did, also where that is not enough.

import { type Checkpoint, parseCheckpointText } from '../checkpoint.ts';
import { type Cosignature, openCosignatures } from '../cosignature/cosignature.ts';
import { openNote, parseNote } from '../note.ts';
import type { NoteVerifier } from '../note-key.ts';
import { type AuditError, fail } from '../result.ts';
import type { Trust, TrustedWitness } from './types.ts';

export interface WitnessSighting {
  readonly witness: TrustedWitness;
  /** Seconds since 1970, by the witness's clock: it had seen the checkpoint by then. */
  readonly time: number;
}

export interface QuorumReport {
  /** Whether the policy accepts the checkpoint. */
  readonly ok: boolean;
  /** Why not. */
  readonly problem: AuditError | null;
  /** What the note says, even when it is not accepted; null where it is no checkpoint. */
  readonly checkpoint: Checkpoint | null;
  /** Keys of listed logs that signed; empty as well where the policy lists no log, and then no signature is asked for. */
  readonly signedBy: readonly NoteVerifier[];
  readonly cosigners: readonly WitnessSighting[];
  /** Whether the quorum is met; true as well when none is asked for. */
  readonly isQuorumMet: boolean;
}

/** Checks a note against a policy. Never fails on a hostile note: it is then not accepted. */
export async function checkQuorum(note: Uint8Array | string, trust: Trust): Promise<QuorumReport> {
  const parsed = parseNote(note);
  if (!parsed.ok) return refused(parsed.error);
  const checkpoint = parseCheckpointText(parsed.value.text);
  if (!checkpoint.ok) return refused(checkpoint.error);

  const verifiers = trust.witnesses.map(({ verifier }) => verifier);
  const cosignatures = await openCosignatures(note, verifiers);
  if (!cosignatures.ok) return { ...refused(cosignatures.error), checkpoint: checkpoint.value };
  const cosigners = sightings(trust, cosignatures.value);
  const isQuorumMet = trust.quorum === null || hasSeen(trust.quorum, trust, cosigners);
  const seen = { checkpoint: checkpoint.value, cosigners, isQuorumMet };

  let signedBy: readonly NoteVerifier[] = [];
  if (trust.logs.length > 0) {
    const { origin } = checkpoint.value;
    // SECURITY: a log speaks for its own origin only, so that another listed log's key is not even tried.
    const keys = trust.logs.map(({ verifier }) => verifier).filter(({ name }) => name === origin);
    const opened = await openNote(note, keys);
    if (!opened.ok)
      return {
        ...seen,
        ok: false,
        signedBy,
        problem:
          keys.length > 0
            ? opened.error
            : fail('signature_missing', `the trust policy lists no log \`${origin}\``).error,
      };
    signedBy = opened.value.signedBy;
  }
  return isQuorumMet
    ? { ...seen, ok: true, problem: null, signedBy }
    : { ...seen, ok: false, problem: unmet(trust, cosigners), signedBy };
}

function sightings(trust: Trust, cosignatures: readonly Cosignature[]): WitnessSighting[] {
  return cosignatures.flatMap(({ by, time }) =>
    trust.witnesses.filter(({ verifier }) => verifier === by).map((witness) => ({ witness, time })),
  );
}

/**
 * In the order of the file, each group once: whatever a policy that did not come through `parseTrust` names in circles, it
 * ends. A group whose name a witness has as well takes its place only for those after it.
 */
function hasSeen(name: string, { groups }: Trust, cosigners: readonly WitnessSighting[]): boolean {
  const seen = new Set(cosigners.map(({ witness }) => witness.name));
  for (const group of groups) {
    const count = new Set(group.members.filter((member) => seen.has(member))).size;
    if (count >= group.threshold) seen.add(group.name);
    else seen.delete(group.name);
  }
  return seen.has(name);
}

function unmet({ quorum }: Trust, cosigners: readonly WitnessSighting[]): AuditError {
  const names = cosigners.map(({ witness }) => `\`${witness.name}\``).join(', ');
  const who = cosigners.length === 0 ? 'no witness of the policy cosigned it' : `only ${names} cosigned it`;
  return fail('quorum_unmet', `the quorum \`${quorum}\` is not met: ${who}`).error;
}

function refused(problem: AuditError): QuorumReport {
  return { ok: false, problem, checkpoint: null, signedBy: [], cosigners: [], isQuorumMet: false };
}
