// What the editor is put together from. Tab indents; Escape and then Tab leaves, so that it traps nobody (WCAG 2.1.2).
import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { marksExtension } from './marks.ts';
import { typingOverSelection } from './typing.ts';
import { codeTheme } from './theme.ts';

const both: Extension = [
  lineNumbers(),
  foldGutter(),
  drawSelection(),
  EditorView.lineWrapping,
  search({ top: true }),
  highlightSelectionMatches(),
  marksExtension,
  codeTheme,
];

export const forReading: Extension = [
  both,
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  // What cannot be edited can still be gone to, scrolled and searched by keyboard.
  EditorView.contentAttributes.of({ tabindex: '0' }),
  keymap.of([...searchKeymap, ...foldKeymap]),
];

export const forWriting: Extension = [
  both,
  lintGutter(),
  history(),
  indentUnit.of('  '),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  typingOverSelection,
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];
