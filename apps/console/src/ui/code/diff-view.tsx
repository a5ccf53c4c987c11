// Two texts and what differs: beside each other where there is room for both, else as one. Load it lazily, as the editor.
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { diffTheme } from './diff-theme.ts';
import { forReading } from './extensions.ts';
import type { CodeLanguage } from './file-language.ts';
import { languageOf } from './languages.ts';
import { openEditor, shadowOf } from './mount.ts';

interface Props {
  readonly before: string;
  readonly after: string;
  /** What they are: of both, where they are shown as one. */
  readonly labels: { readonly before: string; readonly after: string; readonly both: string };
  readonly language: CodeLanguage;
  readonly isSideBySide: boolean;
  /** Also what is alike, from the first line to the last. */
  readonly isWhole: boolean;
}

const CONTEXT_LINES = 3;

/** Searching longer for a shorter difference would keep the page waiting; what it gives up on is shown as replaced whole. */
const DIFF = { scanLimit: 2_000, timeout: 300 } as const;

export function DiffView({ before, after, labels, language, isSideBySide, isWhole }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const { before: beforeLabel, after: afterLabel, both } = labels;
  useEffect(() => {
    if (host.current === null) return undefined;
    const shared: Extension = [languageOf(language), forReading, diffTheme];
    const collapse = isWhole ? {} : { collapseUnchanged: { margin: CONTEXT_LINES, minSize: 4 } };
    const named = (label: string): Extension => EditorView.contentAttributes.of({ 'aria-label': label });
    if (!isSideBySide) {
      const changes = unifiedMergeView({
        original: before,
        mergeControls: false,
        diffConfig: DIFF,
        ...collapse,
      });
      const opened = openEditor(host.current, {
        doc: after,
        label: both,
        hint: null,
        extensions: [shared, changes],
      });
      return () => opened.destroy();
    }
    const root = shadowOf(host.current, null);
    const opened = new MergeView({
      a: { doc: before, extensions: [shared, named(beforeLabel)] },
      b: { doc: after, extensions: [shared, named(afterLabel)] },
      parent: root,
      root,
      diffConfig: DIFF,
      ...collapse,
    });
    return () => opened.destroy();
  }, [before, after, beforeLabel, afterLabel, both, language, isSideBySide, isWhole]);
  return <div ref={host} className="overflow-hidden rounded-md border border-line" />;
}
