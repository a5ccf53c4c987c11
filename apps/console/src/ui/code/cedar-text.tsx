// Cedar that is only read, in the colours of the editor and without its weight: a policy within a page.
import { PlainText } from '../../features/payload/ui/plain-text.tsx';
import type { TokenKind } from './cedar-tokens.ts';
import type { Range } from './places.ts';
import { segmentsOf } from './segments.ts';

const LOOK: Readonly<Partial<Record<TokenKind, string>>> = {
  comment: 'text-muted italic',
  string: 'text-(--code-string)',
  number: 'text-(--code-number)',
  constant: 'text-(--code-number)',
  keyword: 'text-(--code-keyword)',
  function: 'text-(--code-keyword)',
  permit: 'font-semibold text-allow',
  forbid: 'font-semibold text-deny',
  variable: 'font-semibold',
  type: 'text-accent',
  annotation: 'text-muted',
  guard: 'font-semibold text-hold',
  obligation: 'font-semibold text-(--code-keyword)',
  unknown: 'text-deny underline',
  slot: 'text-hold',
};

export function CedarText({ text, marks }: { readonly text: string; readonly marks?: readonly Range[] }) {
  return segmentsOf(text, marks).map(({ text: part, kind, isMarked }, position) => {
    const shown = (
      <span key={`${position}`} className={LOOK[kind] ?? ''}>
        <PlainText text={part} />
      </span>
    );
    return isMarked ? (
      <mark key={`${position}`} className="rounded-sm bg-selected text-inherit">
        {shown}
      </mark>
    ) : (
      shown
    );
  });
}
