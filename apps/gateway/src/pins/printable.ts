// A definition as a person can review it: one member a line, members sorted, numbers as written, and every character
// that a screen would not show spelled out. A poisoned description likes to hide in what is invisible. Pure.
import { isObject, type LexicalValue, canonicalText, parseLexical } from '../protocols/json/canonical.ts';

const INVISIBLE = /(?! )[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;

/** Two definitions have the same text if and only if they have the same digest. Ends with a line break. */
export function printableDefinition(definition: string): string {
  return `${block(parseLexical(definition), '')}\n`;
}

/** A text from outside as a JSON string on one line, fit for a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(INVISIBLE, escaped);
}

function block(value: LexicalValue, indent: string): string {
  const deeper = `${indent}  `;
  if (isObject(value)) {
    const members = Object.keys(value)
      .sort()
      .map((name) => `${deeper}${quoted(name)}: ${block(value[name] as LexicalValue, deeper)}`);
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  if (Array.isArray(value)) {
    const items = (value as readonly LexicalValue[]).map((item) => `${deeper}${block(item, deeper)}`);
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
