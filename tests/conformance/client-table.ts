// The matrix of clients and answers as Markdown: what is the same at every run, since ids and ports are not.
import type { Seen } from '@countersign/testkit';

export const ANSWERS = [
  'allowed',
  'denied',
  'held, approved',
  'held, rejected',
  'expired',
  'log unavailable',
  'upstream down',
] as const;

export type Answer = (typeof ANSWERS)[number];

/** Not what is said while the log cannot be written: that depends on whether the gateway knows it yet. */
const TOLD: readonly Answer[] = ['denied', 'held, rejected', 'expired', 'upstream down'];

const LONGEST = 220;

/** One table of how each client shows each answer, and below it the words. */
export function clientTable(table: ReadonlyMap<string, ReadonlyMap<Answer, Seen>>): string {
  const rows = [...table].map(([client, seen]) =>
    row([client, ...ANSWERS.map((answer) => seen.get(answer)?.how ?? 'not tried')]),
  );
  const words = TOLD.map((answer) => {
    const said = Map.groupBy(table, ([, seen]) => wordsOf(seen.get(answer)?.text ?? ''));
    const lines = [...said].map(
      ([text, saying]) => `  - ${saying.map(([client]) => client).join('; ')}: \`${text}\``,
    );
    return `- ${answer}:\n${lines.join('\n')}`;
  });
  const head = ['client', ...ANSWERS];
  return [
    [row(head), row(head.map(() => '---')), ...rows].join('\n'),
    `What stands there:\n\n${words.join('\n')}`,
  ].join('\n\n');
}

/** On one line, without what differs from run to run. */
function wordsOf(text: string): string {
  const line = text
    .replaceAll(/\b(?:call|apr|appr|approval)_[0-9a-f]{8,}\b/g, '…')
    .replaceAll(/(?<=\\?"id\\?":)\d+/g, '…')
    .replaceAll(/127\.0\.0\.1:\d+/g, '…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('`', "'")
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
