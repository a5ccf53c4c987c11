// A chain as a tree on a terminal, one line a hop. The columns stay aligned however deep the tree is.
import type { Chain } from '../admin/client.ts';
import { decidedBy, olderText, outcomeOf, targetOf } from './calls.ts';
import { type Cell, fields, table, toned } from './table.ts';
import { duration, time } from './text.ts';

const HEAD = ['hop', 'owner', 'decision', 'by', 'time', 'duration', 'outcome'] as const;

export function chainLines(
  chain: Chain,
  { isUtc, isColoured }: { readonly isUtc: boolean; readonly isColoured: boolean },
): string[] {
  const branches = branchesOf(chain.hops.map(({ level }) => level));
  const rows = chain.hops.map(({ call }, i): Cell[] => [
    `${branches[i] ?? ''}${call.agent ?? '(unregistered)'} → ${targetOf(call)}${linkNote(call.link)}`,
    call.owner ?? '–',
    toned(call.decision),
    decidedBy(call),
    time(call.startedAt, isUtc),
    duration(call.durationUs),
    toned(outcomeOf(call)),
  ]);
  return [
    ...fields([
      ['chain', chain.id],
      ['opened', time(chain.openedAt, isUtc)],
      ['labels', chain.labels.join(', ') || '–'],
    ]),
    '',
    ...table(HEAD, rows, { isColoured, none: 'the chain has no calls' }),
    ...(chain.archived === null ? [] : ['', `the chain began earlier: ${olderText(chain.archived, isUtc)}`]),
    ...(chain.truncated ? ['', `the chain has more calls; the first ${chain.hops.length} are shown`] : []),
  ];
}

/** The lines that draw the tree, from levels in preorder. */
export function branchesOf(levels: readonly number[]): string[] {
  return levels.map((level, at) => {
    let branch = '';
    for (let ancestor = 1; ancestor <= level; ancestor += 1) {
      const goesOn = hasNext(levels, at, ancestor);
      if (ancestor === level) branch += goesOn ? '├─ ' : '└─ ';
      else branch += goesOn ? '│  ' : '   ';
    }
    return branch;
  });
}

/** Whether a later hop stands on `level` under the same parent. */
function hasNext(levels: readonly number[], at: number, level: number): boolean {
  for (const later of levels.slice(at + 1)) {
    if (later < level) return false;
    if (later === level) return true;
  }
  return false;
}

/** Only the gateway's own token proves a link; what is merely claimed is said to be. */
function linkNote(link: Chain['hops'][number]['call']['link']): string {
  return link === 'claimed' || link === 'unlinked' ? ` (${link})` : '';
}
