// When enough witnesses cosigned a checkpoint, by the configuration: so many of the listed ones, or what a trust policy says.
import { checkQuorum, type NoteVerifier, type Trust, type TrustedWitness } from '@countersign/audit';

export interface Quorum {
  readonly witnesses: readonly TrustedWitness[];
  isMet(note: string): Promise<boolean>;
}

/** So many of these witnesses. */
export function countedTrust(witnesses: readonly TrustedWitness[], threshold: number): Trust {
  const members = witnesses.map(({ name }) => name);
  return { logs: [], witnesses, groups: [{ name: 'quorum', threshold, members }], quorum: 'quorum' };
}

/** `keys` are the log's own: a policy that was written for others must not decide which log this is. */
export function quorumOf(trust: Trust, keys: readonly NoteVerifier[]): Quorum {
  const logs = keys.map((verifier) => ({ verifier, url: null }));
  return {
    witnesses: trust.witnesses,
    isMet: async (note) => (await checkQuorum(note, { ...trust, logs })).ok,
  };
}
