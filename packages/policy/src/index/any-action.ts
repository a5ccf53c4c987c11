// A policy without its action: what a slice asks of the engine. Which actions a policy is about the index has settled, by a
// hierarchy that is the gateway's own and no caller's; asked again, it would cost more than most conditions do, since the
// action's groups would have to travel with each question (DESIGN section 6, "Index").

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from '../compile/types.ts';
import { remembered } from '../remembered.ts';

/** The same policy, about any action. Principal and resource stay: callers have a say in their names. */
export interface AnyAction {
  readonly text: string;
  readonly json: PolicyJson;
}

export const aboutAnyAction = remembered(({ text, json }: CompiledPolicy): AnyAction => {
  const place = actionIn(text);
  return place === null
    ? { text, json }
    : {
        text: `${text.slice(0, place.from)} action${text.slice(place.to)}`,
        json: { ...json, action: { op: 'All' } },
      };
});

/** Blanks, comments and strings are one token each, so that nothing in them is taken for grammar. */
const TOKEN = /\s+|\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|[A-Za-z_]\w*|[\s\S]/g;

/** Where the second of a scope's three parts stands, between its commas; null in what is no policy. */
function actionIn(text: string): { readonly from: number; readonly to: number } | null {
  const before = ['', ''];
  const commas: number[] = [];
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (/^(?:\s|\/\/)/.test(token)) continue;
    const [annotation, effect = ''] = before;
    // An annotation may be named like an effect.
    const opens = token === '(' && annotation !== '@' && /^(?:permit|forbid)$/.test(effect);
    if (depth === 0) depth = opens ? 1 : 0;
    else if (token === '(' || token === '[') depth += 1;
    else if (token === ')' || token === ']') depth -= 1;
    else if (token === ',' && depth === 1) commas.push(index);
    const [first, second] = commas;
    if (first !== undefined && second !== undefined) return { from: first + 1, to: second };
    if (commas.length > 0 && depth === 0) return null;
    before.push(token);
    before.shift();
  }
  return null;
}
