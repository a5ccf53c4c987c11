// Which uris a template could expand to (RFC 6570), or rather: a few more, never fewer. Each expression may be any text, since
// a server may take other values than the RFC lets a client write.

import { ANY, type Glob, globOf } from './glob.ts';

/** A longer template may go on in any way after so many characters and expressions. */
const MAX_TOKENS = 512;

/** All that a uri is made of; anything else in a template may be written percent-encoded in what it expands to. */
const OF_URIS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]$/;

/** What a template could expand to; a brace that nothing closes opens an expression that never ends. */
export function expansionsOf(template: string): Glob {
  const tokens: string[] = [];
  let isInside = false;
  for (const character of template) {
    if (isInside) {
      isInside = character !== '}';
      continue;
    }
    isInside = character === '{';
    const token = OF_URIS.test(character) ? character : ANY;
    if (token === ANY && tokens.at(-1) === ANY) continue;
    tokens.push(tokens.length < MAX_TOKENS ? token : ANY);
    if (tokens.length > MAX_TOKENS) break;
  }
  return globOf(tokens);
}
