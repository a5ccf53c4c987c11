// One line of a call's parameters, to tell requests apart in a list. Whoever decides reads them in full.
import { scan } from './json-text.ts';

/** Texts beyond this are cut before they are read: a line shows no more anyway. */
const ENOUGH = 2000;

/** The members of `arguments` (or of the whole where there are none) as `name value, …`, lexemes as they were sent. */
export function summarizeParams(params: string): string {
  const text = params.slice(0, ENOUGH);
  const lexemes = scan(text) ?? [];
  const at = lexemes.findIndex((lexeme, place) => lexeme === '"arguments"' && lexemes[place + 1] === ':');
  const inner = at >= 0 && lexemes[at + 2] === '{' ? insideOf(lexemes.slice(at + 3)) : null;
  if (inner === null) return text;
  return inner
    .map((lexeme, place) =>
      inner[place + 1] === ':' && lexeme.startsWith('"') ? lexeme.slice(1, -1) : lexeme,
    )
    .map((lexeme) => (lexeme === ':' ? ' ' : lexeme === ',' ? ', ' : lexeme))
    .join('');
}

/** Lexemes up to the brace that closes what was open before the first. */
function insideOf(lexemes: readonly string[]): readonly string[] {
  let depth = 0;
  const end = lexemes.findIndex((lexeme) => {
    if (lexeme === '{' || lexeme === '[') depth += 1;
    if (lexeme === '}' || lexeme === ']') depth -= 1;
    return depth < 0;
  });
  return end < 0 ? lexemes : lexemes.slice(0, end);
}
