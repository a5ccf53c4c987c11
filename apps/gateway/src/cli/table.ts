// Aligned columns. Cells are data and made safe here; colour is only for people and never carries meaning alone.
import { styleText } from 'node:util';
import { safe } from './text.ts';

export type Tone = 'good' | 'bad' | 'waiting' | 'plain';
export type Cell = string | { readonly text: string; readonly tone: Tone };

const STYLES = { good: 'green', bad: 'red', waiting: 'yellow' } as const;

/** The lines of a table with a head, or one line that says there is nothing. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: { readonly isColoured: boolean; readonly none: string },
): string[] {
  if (rows.length === 0) return [options.none];
  const cells = rows.map((row) => row.map(plain));
  const widths = head.map((title, column) =>
    Math.max(width(title), ...cells.map((row) => width(row[column]?.text ?? ''))),
  );
  const line = (row: readonly { readonly text: string; readonly tone: Tone }[]): string =>
    row
      .map(({ text, tone }, column) => {
        const isLast = column === row.length - 1;
        const padded = isLast ? text : text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(text)));
        return tone === 'plain' || !options.isColoured ? padded : coloured(padded, tone);
      })
      .join('  ')
      .trimEnd();
  return [line(head.map((title) => ({ text: title.toUpperCase(), tone: 'plain' }))), ...cells.map(line)];
}

/** `name  value` lines, aligned. */
export function fields(pairs: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(...pairs.map(([name]) => width(name)));
  return pairs.map(([name, value]) => `${name.padEnd(widest)}  ${safe(value)}`.trimEnd());
}

function toneOf(word: string): Tone {
  switch (word) {
    case 'allow':
    case 'approved':
    case 'consumed':
    case 'ok':
    case 'passed':
      return 'good';
    case 'deny':
    case 'denied':
    case 'rejected':
    case 'failed':
      return 'bad';
    case 'hold':
    case 'held':
    case 'pending':
      return 'waiting';
    default:
      return 'plain';
  }
}

export const toned = (word: string): Cell => ({ text: word, tone: toneOf(word) });

function plain(cell: Cell): { readonly text: string; readonly tone: Tone } {
  const { text, tone } = typeof cell === 'string' ? { text: cell, tone: 'plain' as const } : cell;
  return { text: safe(text), tone };
}

function coloured(text: string, tone: Exclude<Tone, 'plain'>): string {
  return styleText(STYLES[tone], text, { validateStream: false });
}

const graphemes = new Intl.Segmenter();

function width(text: string): number {
  return Array.from(graphemes.segment(text)).length;
}
