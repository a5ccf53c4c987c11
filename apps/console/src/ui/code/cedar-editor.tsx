// The editor and the viewer of policies. Load it lazily: CodeMirror is larger than all of the first page.
import { setDiagnostics } from '@codemirror/lint';
import { Annotation } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type Ref } from 'react';
import { completeFrom } from './completion.ts';
import type { CodeNames } from './offers.ts';
import { forReading, forWriting } from './extensions.ts';
import type { CodeLanguage } from './file-language.ts';
import { languageOf } from './languages.ts';
import { setMarks, type CodeMark } from './marks.ts';
import { openEditor } from './mount.ts';
import { rangeAt, type CodeDiagnostic } from './places.ts';
import { text } from './text.ts';

export interface CedarEditorHandle {
  /** Puts the cursor at a place (both from 1), shows it, and takes the keyboard there. */
  readonly goTo: (line: number, column: number) => void;
}

interface Props {
  readonly value: string;
  readonly onChange?: (value: string) => void;
  /** Of this text, from the gateway's validator. */
  readonly diagnostics?: readonly CodeDiagnostic[];
  readonly label: string;
  /** Names that exist, to be offered beside the language's own words. */
  readonly completions?: CodeNames;
  readonly readOnly?: boolean;
  readonly marks?: readonly CodeMark[];
  readonly language?: CodeLanguage;
  readonly className?: string;
  readonly ref?: Ref<CedarEditorHandle>;
}

const NONE: readonly never[] = [];

/** The text was given from outside: whoever gave it knows. */
const isGiven = Annotation.define<boolean>();

export function CedarEditor({
  value,
  onChange,
  diagnostics = NONE,
  label,
  completions,
  readOnly = false,
  marks = NONE,
  language = 'cedar',
  className = '',
  ref,
}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const names = useRef(completions);
  const firstValue = useRef(value);
  const changed = useEffectEvent((next: string) => onChange?.(next));

  useEffect(() => {
    if (host.current === null) return undefined;
    const opened = openEditor(host.current, {
      doc: firstValue.current,
      label,
      hint: readOnly ? null : text.hint,
      extensions: [
        languageOf(language),
        readOnly ? forReading : [forWriting, completeFrom(() => names.current, language)],
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((each) => each.annotation(isGiven) === true))
            changed(update.state.doc.toString());
        }),
      ],
    });
    view.current = opened;
    return () => {
      firstValue.current = opened.state.doc.toString();
      opened.destroy();
      view.current = null;
    };
  }, [label, language, readOnly]);

  useEffect(() => {
    names.current = completions;
  }, [completions]);
  useEffect(() => {
    firstValue.current = value;
    const { current } = view;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: value },
      annotations: isGiven.of(true),
    });
  }, [value]);
  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const { doc } = current.state;
    current.dispatch(
      setDiagnostics(
        current.state,
        diagnostics.map((each) => ({
          ...rangeAt(doc, each),
          severity: each.severity,
          message: each.message,
        })),
      ),
    );
  }, [diagnostics, label, language, readOnly]);
  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(marks) });
  }, [marks, value, label, language, readOnly]);

  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      const { current } = view;
      if (current === null) return;
      const { from } = rangeAt(current.state.doc, { line, column });
      current.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      current.focus();
    },
  }));

  return <div ref={host} className={`overflow-hidden rounded-md border border-line ${className}`} />;
}
