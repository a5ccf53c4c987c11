// Looks for words and phrases of a list in a text, whole words only, whatever their case and whatever stands between the
// words of a phrase. In time linear in the text, however long the list is.

/** Letters, marks, digits and `_` of any script; all else separates. */
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const MAX_WORDS = 16;

interface Step {
  readonly next: Map<string, Step>;
  isEnd: boolean;
}

/** The words of a phrase as they are compared; empty where there is none, or more than 16. */
export function wordsOf(phrase: string): readonly string[] {
  const words = plain(phrase).match(WORD) ?? [];
  return words.length > MAX_WORDS ? [] : words;
}

/** @param phrases each of 1 to 16 words. */
export function createWordList(phrases: readonly string[]): { test(text: string): boolean } {
  const root: Step = { next: new Map(), isEnd: false };
  for (const phrase of phrases) {
    let at = root;
    for (const word of wordsOf(phrase)) {
      const next = at.next.get(word) ?? { next: new Map<string, Step>(), isEnd: false };
      at.next.set(word, next);
      at = next;
    }
    at.isEnd = true;
  }
  return {
    test(text) {
      /** Where phrases stand that have begun. */
      let open: readonly Step[] = [];
      for (const [word] of plain(text).matchAll(WORD)) {
        open = [root, ...open].flatMap((step) => step.next.get(word) ?? []);
        if (open.some(({ isEnd }) => isEnd)) return true;
      }
      return false;
    },
  };
}

/** As two spellings of a word are the same: `ＰＩＮ`, `Pin` and `pin`. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
