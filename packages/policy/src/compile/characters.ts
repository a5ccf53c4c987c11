// Refuses text that is not what it looks like: invisible characters, characters that change the direction of what is
// around them, line ends that only some programs see, letters in two encodings (DESIGN section 6, "hostile policy
// text"). A reviewer must be able to believe their eyes; letters that merely look alike are Cedar's to warn of.

import { scan } from './scan.ts';

/** Something that a text must not hold, and where. */
export interface Unfit {
  /** In UTF-16 units. */
  readonly offset: number;
  readonly message: string;
}

// WHY joiners and variation selectors are not among them: Persian, Hindi and emoji in a comment need them. Where they
// would mean something they are refused, too.
const HIDDEN =
  /[^\P{Cc}\t\n\r]|\r(?!\n)|[\u2028\u2029\ufff9-\ufffb]|\p{Bidi_Control}|\p{Cs}|\p{Noncharacter_Code_Point}|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/u;
const JOINER = /\u200c|\u200d|\ufe0e|\ufe0f/u;
// SECURITY: normalizing takes time quadratic in the length of such a run; 30 is the limit of Unicode's stream-safe text.
const PILE = /\p{M}{31}/u;
const BYTE_ORDER_MARK = '\ufeff';

/** The first thing in a whole file, comments included, that hides something. */
export function unfitFile(text: string): Unfit | null {
  if (text.startsWith(BYTE_ORDER_MARK))
    return { offset: 0, message: 'the file begins with a byte order mark; save it as UTF-8 without one' };
  const hidden = HIDDEN.exec(text);
  if (hidden !== null) return { offset: hidden.index, message: unseen(hidden[0]) };
  const pile = PILE.exec(text);
  if (pile !== null)
    return { offset: pile.index, message: 'more than 30 marks are piled on one letter; take them out' };
  const composed = text.normalize('NFC');
  if (composed === text) return null;
  let offset = 0;
  while (text[offset] === composed[offset]) offset += 1;
  return { offset, message: 'a letter is written in parts that only look like it; save the file as NFC' };
}

/** Joiners and variation selectors in the text of a policy where they would mean something: all but comments. */
export function unfitPolicy(text: string): Unfit | null {
  if (!JOINER.test(text)) return null;
  let found: Unfit | null = null;
  scan(text, (kind, start, end) => {
    if (found !== null || kind === 'comment') return;
    const joiner = JOINER.exec(text.slice(start, end));
    if (joiner !== null) found = { offset: start + joiner.index, message: unseen(joiner[0]) };
  });
  return found;
}

/** Why a name (an id, a group, what an annotation says) cannot be told from another by looking; null if it can. */
export function unfitName(name: string): string | null {
  const hidden = HIDDEN.exec(name) ?? JOINER.exec(name);
  if (hidden !== null) return `it holds ${codeOf(hidden[0])}, which is not seen`;
  if (/[\t\n\r]/.test(name)) return 'it holds a tab or a line end';
  if (/[^\P{Zs} ]/u.test(name)) return 'it holds a space that is not the ordinary one';
  if (PILE.test(name)) return 'it piles more than 30 marks on one letter';
  return name === name.normalize('NFC') ? null : 'it is not in Unicode form NFC';
}

/** Why a text for people cannot be shown as it is; null if it can. */
export function unfitProse(text: string): string | null {
  const hidden = HIDDEN.exec(text);
  return hidden === null ? null : `it holds ${codeOf(hidden[0])}, which is not seen`;
}

function unseen(character: string): string {
  const what = character === '\r' ? 'a carriage return without a line feed' : 'a character that is not seen';
  return `${what}, ${codeOf(character)}: take it out, or write its escape in a string`;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
