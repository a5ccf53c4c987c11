// What changed in a definition, as a unified diff of its printable form. Pure.
import { createTwoFilesPatch } from 'diff';
import { printableDefinition } from './printable.ts';

/** Beyond so many changed lines the texts have little in common, and looking for the shortest script takes too long. */
const MAX_EDITS = 500;

/** `before` is the accepted definition; null where none was. Empty where nothing differs. */
export function differenceOf(before: string | null, after: string): string {
  const now = printableDefinition(after);
  if (before === null) return whole('(none)', 'listed now', '', now);
  const old = printableDefinition(before);
  if (old === now) return '';
  const names = ['accepted', 'listed now'] as const;
  const patch =
    createTwoFilesPatch(...names, old, now, undefined, undefined, { context: 3, maxEditLength: MAX_EDITS }) ??
    whole(...names, old, now);
  // What follows the rule that the library puts above its patches.
  return patch.replace(/^=+\n/, '');
}

function whole(oldName: string, newName: string, old: string, now: string): string {
  const [removed, added] = [linesOf(old), linesOf(now)];
  return [
    `--- ${oldName}`,
    `+++ ${newName}`,
    `@@ -${Math.min(1, removed.length)},${removed.length} +1,${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.slice(0, -1).split('\n');
}
