// A JSON text of a call, laid out for reading, with what cannot be seen made visible. Text only: nothing in it is
// ever interpreted, links included.
import { useMemo } from 'react';
import { layOutJson, type JsonTokenKind } from '../model/json-text.ts';
import { PlainText } from './plain-text.tsx';

const LOOK: Readonly<Record<JsonTokenKind, string>> = {
  key: 'text-accent',
  text: '',
  number: 'text-hold',
  word: 'text-hold',
  mark: 'text-muted',
};

export function JsonText({ text, label }: { readonly text: string; readonly label: string }) {
  const tokens = useMemo(() => layOutJson(text), [text]);
  return (
    <div
      role="group"
      aria-label={label}
      // A region that scrolls must be reachable by keyboard (WCAG 2.1.1).
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3"
    >
      <pre className="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">
        {tokens.map((token, position) => (
          <span key={`${position}`} className={LOOK[token.kind]}>
            <PlainText text={token.text} />
          </span>
        ))}
      </pre>
    </div>
  );
}
