// A definition as a person can review it: one member a line, members sorted, numbers as written, and every character
// that a screen would not show spelled out. A poisoned description likes to hide in what is invisible. Pure.
import { isObject, type LexicalValue, canonicalText, parseLexical } from '../protocols/json/canonical.ts';

const STEP = '  ';
const INVISIBLE = /(?! )[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;

/** As many characters as the largest definition has. What would need more to be indented is nested to that end. */
const MAX_INDENTATION = 256 * 1024;

/** Two definitions have the same text if and only if they have the same digest. Ends with a line break. */
export function printableDefinition(definition: string): string {
  const value = parseLexical(definition);
  // SECURITY: a quarter of a megabyte, nested deep, would be indented to fifteen. It is shown whole, each line at its margin.
  const step = indentationOf(value, 0) > MAX_INDENTATION ? '' : STEP;
  return `${block(value, '', step)}\n`;
}

/** A text from outside as a JSON string on one line, fit for a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(INVISIBLE, escaped);
}

/** Of what stands inside, at `depth` steps from the margin; in characters. */
function indentationOf(value: LexicalValue, depth: number): number {
  const inside = isObject(value) || Array.isArray(value) ? (Object.values(value) as LexicalValue[]) : [];
  if (inside.length === 0) return 0;
  let sum = STEP.length * ((depth + 1) * inside.length + depth);
  for (const each of inside) sum += indentationOf(each, depth + 1);
  return sum;
}

function block(value: LexicalValue, indent: string, step: string): string {
  const deeper = `${indent}${step}`;
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((name) => `${deeper}${quoted(name)}: ${block(value[name] as LexicalValue, deeper, step)}`);
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  if (Array.isArray(value)) {
    const items = (value as readonly LexicalValue[]).map((item) => `${deeper}${block(item, deeper, step)}`);
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  return typeof value === 'string' ? quoted(value) : canonicalText(value);
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
