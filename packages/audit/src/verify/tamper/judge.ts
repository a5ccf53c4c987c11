// Whether what an auditor found is what the table says. Knows how far each kind of evidence reaches, and the exact words that a
// report has for what is beyond it. For tests only.

import type { Evidence, Findings } from './auditor.ts';
import { sameIn } from './key-holder.ts';
import type { Scene, Store } from './scene.ts';
import type { Row } from './table.ts';

const REWRITTEN =
  'so whoever holds the store and its keys could have rewritten the log before a checkpoint left their hands';

interface Reach {
  /** How many entries are as they were. */
  readonly same: number;
  readonly size: number;
  /** How many a checkpoint held elsewhere covers; 0 where there is none that counts. */
  readonly held: number;
  readonly witnessed: number;
  readonly byStore: number;
  /** Whether what is held elsewhere, or was given, is of an entry that is not as it was. */
  readonly isReached: boolean;
  readonly isSetAside: boolean;
}

function reachOf({ honest, held, receipt }: Scene, store: Store, evidence: Evidence): Reach {
  const same = sameIn(honest.log.entries, store.entries);
  const isHeld = isAboutHeld(evidence);
  const isPolicy = evidence === 'quorum' || evidence === 'witness';
  const counts = isHeld && held.size <= same;
  const cosigned = store.heads.filter(({ isCosigned }) => isCosigned).at(-1)?.size ?? 0;
  const isRevoked = store.manifest.keys.some(({ revoked }) => revoked);
  const byStore = store.heads.at(-1)?.size ?? 0;
  const seen = Math.max(cosigned, evidence === 'witness' && counts ? held.size : 0);
  return {
    same,
    size: store.entries.length,
    held: counts ? held.size : 0,
    witnessed: isPolicy ? seen : 0,
    byStore,
    isReached: isHeld
      ? held.size > same
      : // A promise is broken as well for what is there and no checkpoint covers.
        evidence === 'receipt' && receipt.index >= Math.min(same, byStore),
    isSetAside: isHeld && isRevoked && held.size > same,
  };
}

const isAboutHeld = (evidence: Evidence): boolean => evidence === 'anchor' || evidence === 'witness';

/** What the report must say of what it cannot know, word by word. */
function wordsFor(
  { size, held, witnessed, byStore, isSetAside }: Reach,
  evidence: Evidence,
): Readonly<Record<string, string>> {
  const words: Record<string, string> = {};
  if (held === 0) words['tail'] = 'a cut-off tail cannot be known without a checkpoint held elsewhere';
  else if (held < size)
    words['newer'] =
      `entries from ${held} on are newer than the checkpoint held elsewhere: a change there, or a cut-off tail, cannot be known`;
  else
    words['after'] =
      `entries after the ${held} that the checkpoint held elsewhere covers may have been cut off`;
  if (witnessed === 0)
    words['unwitnessed'] =
      `unwitnessed: no independent witness was asked for, or none signed a checkpoint, ${REWRITTEN}`;
  else if (witnessed < size) words['unwitnessed'] = `unwitnessed: entries from ${witnessed} on, ${REWRITTEN}`;
  if (evidence === 'nothing')
    words['store key'] =
      'the checkpoint key came from the store itself, so its signatures prove nothing against whoever holds the store';
  if (byStore < size && byStore > held)
    words['unsigned'] =
      `entries from ${byStore} on are newer than every checkpoint at hand: whoever can write the store could have changed them without a key`;
  if (isSetAside)
    words['set aside'] =
      'set aside: 1 checkpoint held elsewhere, signed by a key that is revoked at its size: it was not compared';
  return words;
}

/** What is not as the table has it; null where all is. */
export function problemWith(
  { deed, by, cells }: Row,
  evidence: Evidence,
  scene: Scene,
  store: Store,
  findings: Findings,
): string | null {
  const reach = reachOf(scene, store, evidence);
  const { found, says } = cells[evidence];
  const problem = mustBeFound(found, reach, cells.key.found.length === 0)
    ? notFound(found, reach, evidence, findings)
    : notSaid(isAboutHeld(evidence) && !reach.isReached ? [] : says, reach, evidence, findings);
  if (problem === null) return null;
  const failures = findings.failures.map(
    ({ level, code, index }) => `${level}/${code}${index === null ? '' : ` at entry ${index}`}`,
  );
  return [
    `somebody who holds ${by === 'keys' ? 'all keys of the log' : 'the store'} does this: ${deed}`,
    `the auditor holds: ${evidence}; the first ${reach.same} of ${scene.honest.log.entries.length} entries are as they were, ${reach.size} are shown`,
    `the table says: ${found.length > 0 ? found.join(' or ') : `nothing is found${says.map((one) => `, and the report says \`${one}\``).join('')}`}`,
    `but ${problem}`,
    `found: ${failures.join('; ') || 'nothing'}${findings.receipt === null ? '' : `; the receipt: ${findings.receipt}`}`,
    ...findings.report.notProven.map((sentence) => `  not proven: ${sentence}`),
  ].join('\n');
}

/** @param isHistory whether the log by itself shows nothing, so that it takes evidence that reaches the place. */
function mustBeFound(found: readonly string[], reach: Reach, isHistory: boolean): boolean {
  if (found.length === 0) return false;
  if (!isHistory) return true;
  return found.includes('quorum_unmet') ? reach.witnessed === 0 : reach.isReached;
}

function notFound(
  found: readonly string[],
  { same, size, isReached }: Reach,
  evidence: Evidence,
  { failures, receipt, report }: Findings,
): string | null {
  if (receipt !== null && found.includes(receipt)) return null;
  const failure = failures.find(({ code }) => found.includes(code));
  if (failure === undefined) return 'none of these was found';
  if (report.verdict !== 'broken') return `the verdict is \`${report.verdict}\``;
  const { level, index, code } = failure;
  const isExternal = isReached && isAboutHeld(evidence) && ['checkpoint_root', 'tail_missing'].includes(code);
  if (isExternal && !failures.some((one) => one.level === 'external'))
    return `it was found at level ${level}, and not by what is held elsewhere`;
  if (code === 'tail_missing') return index === size ? null : `it was found at entry ${index}`;
  return index === null || level === 'details' || level === 'leaves' || Math.abs(index - same) <= 1
    ? null
    : `it was found at entry ${index}, not where the first change is`;
}

function notSaid(
  says: readonly string[],
  reach: Reach,
  evidence: Evidence,
  { failures, report, receipt }: Findings,
): string | null {
  if (failures.length > 0 || report.verdict !== 'consistent') return 'something was found';
  if (receipt === 'contradicted' || receipt === 'broken_promise') return `the receipt is \`${receipt}\``;
  const words = wordsFor(reach, evidence);
  const missing = Object.values(words).find((sentence) => !report.notProven.includes(sentence));
  if (missing !== undefined) return `the report does not say: ${missing}`;
  const other = says.find((name) => words[name] === undefined);
  return other === undefined ? null : `there is no reason to say \`${other}\``;
}
