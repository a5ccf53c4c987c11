// What somebody who checks a log has decided to believe, before looking at it: whose checkpoints, and whose cosignatures.

import type { CosignatureVerifier } from '../cosignature/key.ts';
import type { NoteVerifier } from '../note-key.ts';

/** A trust policy (C2SP tlog-policy). It comes from whoever checks, never from what is checked. */
export interface Trust {
  readonly logs: readonly TrustedLog[];
  readonly witnesses: readonly TrustedWitness[];
  /** In the order of the file: a group has only members that come before it. */
  readonly groups: readonly TrustedGroup[];
  /** The name of the witness or group that must have seen a checkpoint; null: nobody needs to. */
  readonly quorum: string | null;
  /** The least serial of a log's key manifest that is taken: an extension of ours to the format. */
  readonly manifests: readonly TrustedManifest[];
}

export interface TrustedManifest {
  readonly origin: string;
  readonly serial: number;
}

export interface TrustedLog {
  readonly verifier: NoteVerifier;
  readonly url: string | null;
}

export interface TrustedWitness {
  /** The name in this policy, which has no meaning elsewhere. */
  readonly name: string;
  readonly verifier: CosignatureVerifier;
  readonly url: string | null;
}

export interface TrustedGroup {
  readonly name: string;
  /** How many of the members must have seen a checkpoint. */
  readonly threshold: number;
  readonly members: readonly string[];
}
