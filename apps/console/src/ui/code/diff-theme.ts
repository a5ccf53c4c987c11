// How differences look: what went and what came are told by a sign in the margin as well as by their ground.
import { EditorView } from '@codemirror/view';

const signed = (sign: string, colour: string) => ({
  position: 'relative',
  '&::before': {
    content: `"${sign}"`,
    position: 'absolute',
    left: '0',
    width: '0.625rem',
    textAlign: 'center',
    color: `var(${colour})`,
    fontWeight: '700',
  },
});

const marked = (colour: string) => ({
  background: 'none',
  textDecoration: 'none',
  boxShadow: `inset 0 -2px var(${colour})`,
});

export const diffTheme = EditorView.theme({
  '.cm-line': { paddingLeft: '0.75rem' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--color-deny-soft)' },
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--color-allow-soft)' },
  '&.cm-merge-a .cm-changedLine': signed('−', '--color-deny'),
  '&.cm-merge-b .cm-changedLine': signed('+', '--color-allow'),
  '.cm-deletedChunk .cm-deletedLine': { ...signed('−', '--color-deny'), paddingLeft: '0.75rem' },
  // The ground stays as light as the line's: on a darker one not all colours of code could be read.
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': marked('--color-deny'),
  '&.cm-merge-b .cm-changedText': marked('--color-allow'),
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
  '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { background: 'var(--color-deny)' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--color-allow)' },
  '.cm-collapsedLines': {
    background: 'var(--color-sunken)',
    borderBlock: '1px solid var(--color-line)',
    color: 'var(--color-muted)',
    padding: '0 0.75rem',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-collapsedLines::before': { content: '"↕"' },
  '.cm-collapsedLines::after': { content: 'none' },
  '@media (forced-colors: active)': {
    '&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText, .cm-deletedChunk .cm-deletedText': {
      textDecoration: 'underline 2px',
    },
  },
});
