// When enough witnesses cosigned a checkpoint, by the configuration: so many of the listed ones, or what a trust policy says.
import { checkQuorum, type NoteVerifier, type Trust, type TrustedWitness } from '@countersign/audit';

export interface Quorum {
  readonly witnesses: readonly TrustedWitness[];
  isMet(note: string): Promise<boolean>;
}

/** No name of a key has a blank in it, so that no witness is taken for the group of all. */
const ALL_OF_THEM = 'the witnesses';

/** So many of these witnesses. */
export function countedTrust(witnesses: readonly TrustedWitness[], threshold: number): Trust {
  const members = witnesses.map(({ name }) => name);
  const groups = [{ name: ALL_OF_THEM, threshold, members }];
  return { logs: [], witnesses, groups, quorum: ALL_OF_THEM, manifests: [] };
}

/** `keys` are the log's own: a policy that was written for others must not decide which log this is. */
export function quorumOf(trust: Trust, keys: readonly NoteVerifier[]): Quorum {
  const logs = keys.map((verifier) => ({ verifier, url: null }));
  return {
    witnesses: trust.witnesses,
    isMet: async (note) => (await checkQuorum(note, { ...trust, logs })).ok,
  };
}
