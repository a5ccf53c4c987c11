// Ranges that are made to stand out: whole lines that they touch, or the very words.
import { StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

export interface CodeMark {
  /** Offsets in UTF-16 units; what lies beyond the text is left out. */
  readonly from: number;
  readonly to: number;
  /** `line`: every line that it touches, such as a whole policy; `word` (default): exactly it. */
  readonly kind?: 'line' | 'word';
}

export const setMarks = StateEffect.define<readonly CodeMark[]>();

const WORD = Decoration.mark({ class: 'cm-marked', tagName: 'mark' });
const LINE = Decoration.line({ class: 'cm-markedLine' });

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects)
      if (effect.is(setMarks)) next = decorationsOf(effect.value, transaction.state.doc);
    return next;
  },
  provide: (from) => EditorView.decorations.from(from),
});

function decorationsOf(marks: readonly CodeMark[], doc: Text): DecorationSet {
  const ranges = marks
    .filter(({ from, to }) => from >= 0 && from < to && to <= doc.length)
    .flatMap(({ from, to, kind }) =>
      kind === 'line' ? lineStarts(doc, from, to).map((at) => LINE.range(at)) : [WORD.range(from, to)],
    );
  return Decoration.set(ranges, true);
}

function lineStarts(doc: Text, from: number, to: number): readonly number[] {
  const first = doc.lineAt(from).number;
  const last = doc.lineAt(to).number;
  return Array.from({ length: last - first + 1 }, (_, index) => doc.line(first + index).from);
}

export const marksExtension: Extension = field;
