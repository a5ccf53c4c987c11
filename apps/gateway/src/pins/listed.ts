// Whether what a server shows an agent is what was accepted: byte for byte, or member for member. A server may write
// fewer members for an older protocol revision; what it adds or changes is another definition. Pure but for its memory.
import { canonicalText, isObject, type LexicalValue, parseLexical } from '../protocols/json/canonical.ts';
import { type ItemKind, steadyPart } from '../upstreams/definitions.ts';
import type { Pin } from './types.ts';

export type ListedCheck = (pin: Pin, text: string) => boolean;

/** Forms of one definition whose answers are kept; a server writes one per revision. */
const MAX_FORMS = 8;

export function createListedCheck(): ListedCheck {
  const known = new WeakMap<Pin, Map<string, boolean>>();
  return (pin, text) => {
    if (text === pin.definition) return true;
    const forms = known.get(pin) ?? new Map<string, boolean>();
    known.set(pin, forms);
    const before = forms.get(text);
    if (before !== undefined) return before;
    const [listed, accepted] = [text, pin.definition].map((each) => steadyPart(pin.kind, parseLexical(each)));
    const answer = isPartOf(pin.kind, listed as LexicalValue, accepted as LexicalValue);
    if (forms.size >= MAX_FORMS) forms.clear();
    forms.set(text, answer);
    return answer;
  };
}

function isPartOf(kind: ItemKind, listed: LexicalValue, accepted: LexicalValue): boolean {
  if (kind === 'instructions') return listed === accepted;
  if (!isObject(listed) || !isObject(accepted)) return false;
  // Without its schema a model would make up the arguments.
  if (kind === 'tool' && !Object.hasOwn(listed, 'inputSchema')) return false;
  return Object.entries(listed).every(
    ([name, member]) =>
      Object.hasOwn(accepted, name) &&
      canonicalText(member) === canonicalText(accepted[name] as LexicalValue),
  );
}
