// What a report may claim and what it must not. These sentences are the honest part of a verification: the
// checks show that entries agree with each other, never that nothing else happened.

import type { LogReport } from './types.ts';

type Facts = Omit<LogReport, 'summary' | 'notProven'> & {
  readonly signaturesChecked: boolean;
  readonly keysFrom: 'outside' | 'store';
};

export function summarize(facts: Facts): string {
  const { firstFailure, size, covered } = facts;
  if (firstFailure !== null) {
    const place = firstFailure.index === null ? '' : ` at entry ${firstFailure.index}`;
    return `broken${place}: ${firstFailure.message}`;
  }
  const entries = `${size} ${size === 1 ? 'entry is' : 'entries are'} consistent with each other`;
  const reach =
    covered.elsewhere > 0
      ? `and the first ${covered.elsewhere} with a checkpoint held elsewhere`
      : 'and with no checkpoint held elsewhere, since none was given';
  return `${entries} ${reach}`;
}

/** What this verification leaves open. Never empty. */
export function notProven(facts: Facts): readonly string[] {
  const { covered, details, calls, linksToOtherLogs, size } = facts;
  const sentences: string[] = [];
  if (covered.elsewhere === 0) {
    sentences.push('a cut-off tail cannot be known without a checkpoint held elsewhere');
  } else {
    sentences.push(
      covered.elsewhere < size
        ? `entries from ${covered.elsewhere} on are newer than the checkpoint held elsewhere: a change there, or a cut-off tail, cannot be known`
        : `entries after the ${covered.elsewhere} that the checkpoint held elsewhere covers may have been cut off`,
    );
  }
  sentences.push(
    'unwitnessed: no independent witness signed a checkpoint, so whoever holds the store and its keys could have rewritten the log before a checkpoint left their hands',
  );
  if (!facts.signaturesChecked) {
    sentences.push('no checkpoint signature was checked, since no key or no checkpoint was given');
  } else if (facts.keysFrom === 'store') {
    sentences.push(
      'the checkpoint key came from the store itself, so its signatures prove nothing against whoever holds the store',
    );
  }
  sentences.push(
    'decisions were not replayed: the report shows that they were recorded, not that the policies lead to them',
  );
  if (details.erased > 0) {
    sentences.push(
      `${count(details.erased, 'detail')} erased or removed: what the log committed to there is unknown`,
    );
  }
  if (calls.open > 0) {
    sentences.push(`${count(calls.open, 'allowed call')} without a recorded outcome: each may have happened`);
  }
  if (linksToOtherLogs > 0) {
    sentences.push(`${count(linksToOtherLogs, 'chain link')} into other logs, which were not read`);
  }
  return sentences;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
