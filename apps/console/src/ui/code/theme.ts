// How code looks: the console's role colours, which reach into shadow roots. Nothing here loads an image, which the content
// security policy would refuse.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { TAGS } from './languages.ts';

const colours = HighlightStyle.define([
  { tag: TAGS.comment, color: 'var(--color-muted)', fontStyle: 'italic' },
  { tag: TAGS.string, color: 'var(--code-string)' },
  { tag: TAGS.number, color: 'var(--code-number)' },
  { tag: TAGS.constant, color: 'var(--code-number)' },
  { tag: TAGS.keyword, color: 'var(--code-keyword)' },
  { tag: TAGS.permit, color: 'var(--color-allow)', fontWeight: '600' },
  { tag: TAGS.forbid, color: 'var(--color-deny)', fontWeight: '600' },
  { tag: TAGS.variable, color: 'var(--color-ink)', fontWeight: '600' },
  { tag: TAGS.type, color: 'var(--color-accent)' },
  { tag: TAGS.function, color: 'var(--code-keyword)' },
  { tag: TAGS.annotation, color: 'var(--color-muted)' },
  { tag: TAGS.guard, color: 'var(--color-hold)', fontWeight: '600' },
  { tag: TAGS.obligation, color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: TAGS.unknown, color: 'var(--color-deny)', textDecoration: 'underline' },
  { tag: TAGS.slot, color: 'var(--color-hold)' },
]);

const wavy = (colour: string) => ({
  backgroundImage: 'none',
  textDecoration: `underline wavy var(${colour}) 1px`,
  textUnderlineOffset: '3px',
});

const sign = (glyph: string, colour: string) => ({
  content: 'none',
  '&::before': { content: `"${glyph}"`, color: `var(${colour})`, fontWeight: '700' },
});

const look = EditorView.theme({
  '&': { color: 'var(--color-ink)', backgroundColor: 'var(--color-surface)', fontSize: '0.75rem' },
  '&.cm-focused': { outline: '2px solid var(--color-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.25rem' },
  '.cm-content': { padding: '0.375rem 0', caretColor: 'var(--color-ink)' },
  '.cm-line': { padding: '0 0.5rem' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--color-ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--color-sunken)',
    color: 'var(--color-muted)',
    borderRight: '1px solid var(--color-line)',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--color-hover) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--color-hover)', color: 'var(--color-ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection':
    { backgroundColor: 'light-dark(#cfdcff, #35477c)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--color-selected)',
    outline: '1px solid var(--color-edge)',
  },
  '&.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    textDecoration: 'underline wavy var(--color-deny)',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--color-sunken)',
    border: '1px solid var(--color-line)',
    color: 'var(--color-muted)',
    padding: '0 0.375rem',
  },
  '.cm-foldGutter .cm-gutterElement': { cursor: 'pointer', minWidth: '1rem' },
  '.cm-marked': { backgroundColor: 'var(--color-selected)', borderRadius: '2px' },
  '.cm-markedLine': {
    backgroundColor: 'var(--color-selected)',
    boxShadow: 'inset 3px 0 var(--color-accent)',
  },
  '@media (forced-colors: active)': {
    '.cm-marked, .cm-markedLine': { outline: '2px solid Highlight', outlineOffset: '-1px' },
    // Behind the text, whose colour does not follow it: a ground would leave that unread.
    '.cm-selectionBackground': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
});

const panels = EditorView.theme({
  '.cm-panels': {
    backgroundColor: 'var(--color-sunken)',
    color: 'var(--color-ink)',
    borderColor: 'var(--color-line)',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-panels button, .cm-panels input': { minHeight: '1.5rem', font: 'inherit', fontSize: '0.75rem' },
  '.cm-panel.cm-search': { padding: '0.375rem 1.75rem 0.375rem 0.5rem' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', minHeight: '1.5rem' },
  '.cm-textfield': {
    border: '1px solid var(--color-edge)',
    borderRadius: '0.25rem',
    backgroundColor: 'var(--color-surface)',
    color: 'var(--color-ink)',
    padding: '0 0.375rem',
    maxWidth: '100%',
  },
  '.cm-button': {
    border: '1px solid var(--color-edge)',
    borderRadius: '0.25rem',
    background: 'var(--color-surface)',
    color: 'var(--color-ink)',
    textTransform: 'none',
  },
  '.cm-panels [name=close]': { color: 'var(--color-muted)', minWidth: '1.5rem' },
  '.cm-searchMatch': { backgroundColor: 'var(--color-hold-soft)', outline: '1px solid var(--color-hold)' },
  '.cm-searchMatch-selected': { backgroundColor: 'light-dark(#cfdcff, #35477c)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--color-selected)' },
  '.cm-tooltip': {
    border: '1px solid var(--color-edge)',
    borderRadius: '0.25rem',
    backgroundColor: 'var(--color-surface)',
    color: 'var(--color-ink)',
    boxShadow: '0 6px 18px light-dark(#0000001f, #00000080)',
    maxWidth: 'min(32rem, 90vw)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '20rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.125rem 0.5rem', minHeight: '1.5rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--color-selected)',
    color: 'var(--color-ink)',
    outline: '1px solid var(--color-accent)',
    outlineOffset: '-1px',
  },
  '.cm-completionDetail': { color: 'var(--color-muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: '0.25rem 0.5rem', fontFamily: 'var(--font-sans)' },
});

const lint = EditorView.theme({
  '.cm-lintRange-error': wavy('--color-deny'),
  '.cm-lintRange-warning': wavy('--color-hold'),
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--color-deny)' },
  '.cm-lintPoint-warning::after': { borderBottomColor: 'var(--color-hold)' },
  '.cm-gutter-lint': { width: '1rem' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 0.125rem', textAlign: 'center' },
  '.cm-lint-marker': { width: 'auto', height: 'auto' },
  '.cm-lint-marker-error': sign('✕', '--color-deny'),
  '.cm-lint-marker-warning': sign('!', '--color-hold'),
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)', padding: '0.25rem 0.5rem' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--color-deny)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--color-hold)' },
  '.cm-lintRange-active': { backgroundColor: 'var(--color-hover)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': {
    backgroundColor: 'var(--color-selected)',
    color: 'var(--color-ink)',
  },
});

export const codeTheme: Extension = [look, panels, lint, syntaxHighlighting(colours)];
