// The table of docs/recording.md, as it is printed there.
import { readFileSync } from 'node:fs';

export interface Row {
  readonly operation: string;
  readonly rule: string;
  readonly recorded: string;
  readonly outcome: string;
}

const PAGE = new URL('../../../docs/recording.md', import.meta.url);
const HEAD = '| operation | rule | recorded | outcome | why |';

/** Errors: throws where the page has no such table, or a line of it is no row. */
export function readTable(): readonly Row[] {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const head = lines.indexOf(HEAD);
  const end = lines.indexOf('', head);
  if (head === -1 || end <= head + 2) throw new Error(`docs/recording.md has no table \`${HEAD}\``);
  return lines.slice(head + 2, end).map((line) => {
    const [, operation = '', rule = '', recorded = '', outcome = ''] =
      /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| [^|]+ \|$/.exec(line) ?? [];
    if (operation === '') throw new Error(`no row of docs/recording.md: ${line}`);
    return { operation, rule, recorded, outcome };
  });
}
