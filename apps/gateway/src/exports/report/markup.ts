// Markup that cannot be made from text by accident: only `html` makes a Markup, and it escapes whatever is not one
// already. Values are shown as they are, but what cannot be seen is spelled out.
import { oneLine, shortened } from '../text.ts';

declare const brand: unique symbol;

export interface Markup {
  readonly text: string;
  readonly [brand]: true;
}

type Part = Markup | string | number | null | readonly Part[];

/** A value is escaped, null is nothing, lists are joined. Names of elements and attributes must be written in the literal. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Markup {
  let text = literals[0] ?? '';
  for (const [at, value] of values.entries()) text += `${partText(value)}${literals[at + 1] ?? ''}`;
  return { text } as Markup;
}

function partText(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(oneLine(part));
  return 'text' in part ? part.text : part.map(partText).join('');
}

const MAX_VALUE = 300;
const MAX_BLOCK = 4000;

/** A value that somebody chose: isolated, so that its direction of writing moves nothing around it. */
export function value(text: string | null, otherwise = '–', longest: number = MAX_VALUE): Markup {
  return text === null || text === '' ? html`${otherwise}` : html`<bdi>${shortened(text, longest)}</bdi>`;
}

/** A text of several lines. What is too long is cut, and the cut is told. */
export function block(text: string): Markup {
  const shown = shortened(text, MAX_BLOCK);
  const lines = shown.replaceAll('\r\n', '\n').replaceAll('\t', '  ').split('\n').map(oneLine);
  const cut = shown === text ? null : html`<p class="note">Shortened: ${text.length} characters in full.</p>`;
  return html`<pre>${escapedLines(lines)}</pre>${cut}`;
}

/** JSON laid out for reading where it is JSON, else as it is. */
export function jsonBlock(text: string): Markup {
  if (text.length > MAX_BLOCK * 4) return block(text);
  try {
    return block(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    return block(text);
  }
}

function escapedLines(lines: readonly string[]): Markup {
  return { text: lines.map(escaped).join('\n') } as Markup;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
