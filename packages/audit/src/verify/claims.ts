// What a report on a whole log may claim and what it must not. These sentences are the honest part of a verification: the
// checks show that entries agree with each other, never that nothing else happened.

import { brokenBy } from './broken.ts';
import type { OlderForms } from './older-forms.ts';
import type { DecisionCounts, LogReport, WitnessReport } from './types.ts';

type Facts = Omit<LogReport, 'summary' | 'notProven'> & {
  /** How many entries refer to others that were not read. */
  readonly references: number;
  readonly signaturesChecked: boolean;
  readonly keysFrom: 'outside' | 'store';
  readonly replayedBy: string | null;
  /** How many checkpoints held elsewhere were not compared, since only a revoked key signed them. */
  readonly setAside: number;
  /** How many of the first entries the largest checkpoint covers that only a revoked key signed. */
  readonly disowned: number;
  readonly olderForms: OlderForms;
  /** What the log's key manifest, or that there is none, leaves open. */
  readonly keys: readonly string[];
};

export function summarize(facts: Facts): string {
  const { firstFailure, size, covered, setAside } = facts;
  if (firstFailure !== null) {
    return brokenBy(firstFailure);
  }
  const { read } = facts;
  const entries =
    read.from === 0 && read.to === size
      ? `${size} ${size === 1 ? 'entry is' : 'entries are'} consistent with each other`
      : `entries ${read.from} to ${read.to - 1} are consistent with each other and with the tree over all ${size}`;
  const reach =
    covered.elsewhere > 0
      ? `and the first ${covered.elsewhere} with a checkpoint held elsewhere`
      : `and with no checkpoint held elsewhere, since ${setAside > 0 ? 'a revoked key signed what was given' : 'none was given'}`;
  return `${entries} ${reach}`;
}

/** What this verification leaves open. Never empty. */
export function notProven(facts: Facts): readonly string[] {
  const { covered, details, calls, linksToOtherLogs, size } = facts;
  const sentences: string[] = [...unread(facts)];
  if (covered.elsewhere === 0) {
    sentences.push('a cut-off tail cannot be known without a checkpoint held elsewhere');
  } else {
    sentences.push(
      covered.elsewhere < size
        ? `entries from ${covered.elsewhere} on are newer than the checkpoint held elsewhere: a change there, or a cut-off tail, cannot be known`
        : `entries after the ${covered.elsewhere} that the checkpoint held elsewhere covers may have been cut off`,
    );
  }
  if (facts.setAside > 0) {
    sentences.push(
      `set aside: ${count(facts.setAside, 'checkpoint')} held elsewhere, signed by a key that is revoked at its size: it was not compared`,
    );
  }
  sentences.push(...unwitnessed(facts.witnesses, size));
  const good = Math.max(covered.byStore, covered.elsewhere);
  if (facts.disowned > good) {
    sentences.push(
      `revoked: over the entries from ${good} to ${Math.min(facts.disowned, size) - 1} there are only checkpoints that a revoked key signed, which prove nothing: have the log sign one with the key in its place`,
    );
  }
  if (facts.signaturesChecked && covered.byStore < size && covered.byStore > covered.elsewhere) {
    sentences.push(
      `entries from ${covered.byStore} on are newer than every checkpoint at hand: whoever can write the store could have changed them without a key`,
    );
  }
  if (!facts.signaturesChecked) {
    sentences.push('no checkpoint signature was checked, since no key or no checkpoint was given');
  } else if (facts.keysFrom === 'store') {
    sentences.push(
      'the checkpoint key came from the store itself, so its signatures prove nothing against whoever holds the store',
    );
  }
  sentences.push(...facts.keys);
  sentences.push(...unreplayed(facts.decisions, facts.replayedBy));
  if (details.redacted > 0) {
    sentences.push(
      `${count(details.redacted, 'detail')} redacted: what the log committed to there is unknown`,
    );
  }
  if (details.erased > 0) {
    sentences.push(
      `${count(details.erased, 'detail')} not there: whether a redaction accounts for them could not be read`,
    );
  }
  if (details.withheld > 0) {
    sentences.push(
      `${count(details.withheld, 'detail')} withheld: no key to read them with, so that they are what was committed to is not shown`,
    );
  }
  if (calls.open > 0) {
    sentences.push(
      `${count(calls.open, 'allowed call')} without a recorded outcome: ${calls.open === 1 ? 'it' : 'each'} may have happened`,
    );
  }
  const { olderForms } = facts;
  if (olderForms.count > 0) {
    sentences.push(
      `of an older form: ${count(olderForms.count, 'entry', 'entries')} (the first is entry ${olderForms.first}), after one of the same kind that has the members that came later: what those would say is not recorded`,
    );
  }
  if (linksToOtherLogs > 0) {
    sentences.push(`${count(linksToOtherLogs, 'chain link')} into other logs, which were not read`);
  }
  return sentences;
}

function unread({ archived, read, size, references }: Facts): readonly string[] {
  const sentences = archived
    .filter(({ isRead }) => !isRead)
    .map(
      ({ from, to, archive, entry }) =>
        `entries ${from} to ${to - 1} were archived (\`log.pruned\` at entry ${entry}) and are not verified here, only their place in the tree is: the archive with the digest ${archive} has them`,
    );
  if (read.from > 0 && archived.every(({ isRead }) => isRead))
    sentences.push(
      `entries before ${read.from} are not in this archive: only their place in the tree is shown`,
    );
  if (read.to < size)
    sentences.push(
      `entries from ${read.to} on are not in this archive: only their place in the tree is shown`,
    );
  if (references > 0)
    sentences.push(
      `${count(references, 'reference')} to entries that were not read: what is there is not known`,
    );
  return sentences;
}

/** @param size number of entries that there are to be covered. */
export function unwitnessed({ quorum, covered }: WitnessReport, size: number): readonly string[] {
  if (covered >= size && covered > 0) return [];
  const could =
    'so whoever holds the store and its keys could have rewritten the log before a checkpoint left their hands';
  if (covered > 0) return [`unwitnessed: entries from ${covered} on, ${could}`];
  const why =
    quorum === 'unmet'
      ? 'no checkpoint meets the quorum of the trust policy'
      : 'no independent witness was asked for, or none signed a checkpoint';
  return [`unwitnessed: ${why}, ${could}`];
}

export function unreplayed(
  { decisions, notReplayed }: DecisionCounts,
  replayedBy: string | null,
): readonly string[] {
  if (replayedBy === null) {
    return [
      'decisions were not replayed: the report shows that they were recorded, not that the policies lead to them',
    ];
  }
  const left = Object.entries(notReplayed) as [string, number][];
  const total = left.reduce((sum, [, number]) => sum + number, 0);
  if (total === 0) return [];
  const why = left.map(([reason, number]) => `${number} ${reason.replaceAll('_', ' ')}`).join(', ');
  return [`not replayed: ${total} of ${count(decisions, 'decision')} (${why})`];
}

export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
