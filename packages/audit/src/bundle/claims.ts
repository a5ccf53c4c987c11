// What a report on a bundle may claim and what it must not: a bundle shows what is in it, seldom that nothing else exists.

import { brokenBy } from '../verify/broken.ts';
import { count, unreplayed, unwitnessed } from '../verify/claims.ts';
import type { BundleReport } from './report.ts';
import { wholeChain } from './selection.ts';

type Facts = Omit<BundleReport, 'verdict' | 'summary' | 'notProven' | 'firstFailure' | 'levels'>;

type Claimed = Facts &
  Pick<BundleReport, 'levels'> & {
    readonly chain: { readonly entries: number; readonly last: number | null; readonly elsewhere: number };
    /** How many entries a checkpoint must cover that covers all of those here. */
    readonly needed: number;
    /** Policy sets that name no entry which brought them into force. */
    readonly untied: number;
    /** What the log's key manifest, or that there is none, leaves open. */
    readonly keys: readonly string[];
    readonly keysFrom: 'outside' | 'store';
    readonly replayedBy: string | null;
  };

export function bundleSummary(
  facts: Facts & Pick<BundleReport, 'firstFailure'> & Pick<Claimed, 'keysFrom'>,
): string {
  const { firstFailure, checkpoint, entries } = facts;
  if (firstFailure !== null) return brokenBy(firstFailure, ` (${firstFailure.code})`);
  const number = entries.selected + entries.others;
  const what = `${number} ${number === 1 ? 'entry is' : 'entries are'}`;
  const isSigned = (checkpoint?.signedBy.length ?? 0) > 0;
  const signed = isSigned
    ? facts.keysFrom === 'outside'
      ? 'signed by a key that you gave'
      : 'signed by a key that came with the bundle'
    : 'whose signature was not checked';
  return `${what} in the log \`${facts.head?.origin ?? ''}\` as of its checkpoint of ${checkpoint?.size ?? 0} entries, ${signed}`;
}

/** What this verification leaves open. Never empty. */
export function bundleNotProven(facts: Claimed): readonly string[] {
  const { checkpoint, details, calls, range, head, chain } = facts;
  const sentences: string[] = [];
  if ((checkpoint?.signedBy.length ?? 0) === 0) {
    sentences.push(
      'unsigned: no checkpoint signature was checked, since no key was given: anybody could have made this bundle',
    );
  } else if (facts.keysFrom === 'store') {
    sentences.push(
      'the checkpoint key did not come from you, so the signature proves nothing against whoever made the bundle',
    );
  }
  sentences.push(...facts.keys);
  sentences.push(...unwitnessed(facts.witnesses, facts.needed));
  sentences.push(...unanchored(facts));
  sentences.push(...untimed(facts));
  sentences.push(...completeness(range, head, chain));
  if (details.withheld > 0)
    sentences.push(`withheld: ${count(details.withheld, 'detail')} stored and not shown`);
  if (details.erased > 0) {
    sentences.push(`${count(details.erased, 'detail')} redacted: what the log committed to there is unknown`);
  }
  if (facts.untied > 0) {
    sentences.push(
      `untied: ${count(facts.untied, 'policy set')} without the entry that brought it into force: that anything was decided by its text, only decisions that were replayed by it show`,
    );
  }
  sentences.push(...unreplayed(facts.decisions, facts.replayedBy));
  if (calls.open > 0) {
    sentences.push(
      `${count(calls.open, 'allowed call')} without an outcome in the bundle: ${calls.open === 1 ? 'it' : 'each'} may have happened`,
    );
  }
  if (chain.elsewhere > 0) {
    sentences.push(`${count(chain.elsewhere, 'chain link')} into other logs, which were not read`);
  }
  if (facts.receipts.signed < facts.receipts.read) {
    sentences.push(
      `${count(facts.receipts.read, 'receipt')}: no signature of theirs was checked, since no receipt key of the log was given`,
    );
  }
  sentences.push('a log shows what went through the gateway, not that nothing went around it');
  return sentences;
}

/** How many of the first entries a time stamp covers. */
const stamped = ({ timestamps }: Claimed): number =>
  timestamps.reduce((most, { size }) => Math.max(most, size), 0);

function unanchored(facts: Claimed): readonly string[] {
  const covered = Math.max(facts.heldElsewhere, facts.witnesses.covered, stamped(facts));
  if (covered === 0)
    return [
      'unanchored: nothing held outside the reach of the log’s operator was compared, so the log could have been rewritten as a whole',
    ];
  return covered >= facts.needed
    ? []
    : [
        `unanchored: entries from ${covered} on are newer than everything held outside the reach of the log’s operator that was compared`,
      ];
}

function untimed(facts: Claimed): readonly string[] {
  const covered = stamped(facts);
  if (facts.levels.timestamps.state === 'not_checked')
    return ['no time stamp was checked: the times in the entries are those of the gateway’s own clock'];
  return covered === 0 || covered >= facts.needed
    ? []
    : [
        `entries from ${covered} on are newer than every time stamp: their times are those of the gateway’s own clock`,
      ];
}

function completeness(
  range: BundleReport['range'],
  head: BundleReport['head'],
  chain: Claimed['chain'],
): readonly string[] {
  const sentences: string[] = [];
  if (range === null) {
    sentences.push(
      'that these are all entries of their kind is the word of whoever made the bundle: only a contiguous range shows that none was left out',
    );
  }
  const whole = head === null ? null : wholeChain(head.selection);
  if (whole !== null && chain.last !== null) {
    sentences.push(
      `\`${whole}\` has every entry up to entry ${chain.last}: whether more follow, nothing in the bundle shows`,
    );
  }
  return sentences;
}
