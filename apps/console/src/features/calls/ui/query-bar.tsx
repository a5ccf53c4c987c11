// The query as a line of text. What may come next is offered, and what is wrong is told, while it is typed; Enter asks for it.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Search } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import type { FacetValue } from '../model/facets.ts';
import { type Completion, completions } from '../model/query-complete.ts';
import { EXAMPLES, type Fault, type Key, KEYS } from '../model/query.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

interface Props {
  readonly draft: string;
  readonly faults: readonly Fault[];
  /** The values of a key that occur. */
  readonly valuesFor: (key: Key) => readonly FacetValue[];
  readonly onDraft: (draft: string) => void;
  readonly onAsk: () => void;
}

export function QueryBar({ draft, faults, valuesFor, onDraft, onAsk }: Props) {
  const id = useId();
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
    >
      <div className="flex flex-wrap gap-2">
        <div className="relative min-w-48 flex-1">
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted"
            strokeWidth={1.75}
          />
          <QueryField
            draft={draft}
            isFaulty={faults.length > 0}
            describedBy={`${id}-faults`}
            valuesFor={valuesFor}
            onDraft={onDraft}
          />
        </div>
        <button type="submit" className="button">
          {text.search}
        </button>
      </div>
      <div id={`${id}-faults`} role="status">
        {faults.length > 0 && <Faults draft={draft} faults={faults} />}
      </div>
      <details className="mt-1">
        <summary className="w-fit cursor-pointer rounded py-0.5 text-muted">{text.help}</summary>
        <p className="py-1">{text.helpExamples}</p>
        <Explained of={EXAMPLES} after="" />
        <p className="pt-3 pb-1">{text.helpKeys}</p>
        <Explained of={KEYS} after=":" />
      </details>
    </form>
  );
}

function Explained({ of, after }: { readonly of: Readonly<Record<string, string>>; readonly after: string }) {
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5">
      {Object.entries(of).map(([what, sentence]) => (
        <div key={what} className="contents">
          <dt className="font-mono text-xs leading-5 wrap-anywhere">{`${what}${after}`}</dt>
          <dd className="text-muted">{sentence}</dd>
        </div>
      ))}
    </dl>
  );
}

interface FieldProps extends Pick<Props, 'draft' | 'valuesFor' | 'onDraft'> {
  readonly isFaulty: boolean;
  readonly describedBy: string;
}

function QueryField({ draft, isFaulty, describedBy, valuesFor, onDraft }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [cursor, setCursor] = useState(draft.length);
  const offered = useMemo(
    () => (isOpen ? completions(draft, Math.min(cursor, draft.length), valuesFor, text.calls) : []),
    [isOpen, draft, cursor, valuesFor],
  );
  const take = ({ draft: whole }: Completion): void => {
    setCursor(whole.length);
    // After a key, its values are what comes next.
    setOpen(whole.endsWith(':'));
    onDraft(whole);
  };
  const isShown = isOpen && offered.length > 0;
  return (
    <Autocomplete.Root
      items={offered}
      mode="none"
      value={draft}
      itemToStringValue={({ draft: whole }: Completion) => whole}
      onValueChange={(next) => {
        setCursor(input.current?.selectionStart ?? next.length);
        setOpen(true);
        onDraft(next);
      }}
      inline
      open={isShown}
      onOpenChange={(open, { reason }) => {
        if (reason !== 'item-press') setOpen(open);
      }}
    >
      <Autocomplete.Input
        ref={input}
        type="search"
        data-search
        aria-label={text.query}
        aria-expanded={isShown}
        onBlur={() => setOpen(false)}
        onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart ?? draft.length)}
        placeholder={text.queryHint}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-invalid={isFaulty}
        aria-describedby={describedBy}
        className="field h-8 pl-8 font-mono text-xs"
      />
      {isShown && (
        // WHY no popup of the library, which would put the value in the field, too: it hides all else of the page from assistive technology, and the page is to be read beside it.
        <div className="menu absolute inset-x-0 top-full z-30 mt-1">
          <Autocomplete.List aria-label={text.suggestions} className="max-h-80 overflow-y-auto">
            {(item: Completion) => (
              <Autocomplete.Item
                key={item.draft}
                value={item}
                className="menu-item"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(item)}
              >
                <span className="flex-none font-mono text-xs">
                  <PlainText text={item.label} />
                </span>
                <span className="min-w-0 flex-1 truncate text-right text-muted">{item.hint}</span>
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </div>
      )}
    </Autocomplete.Root>
  );
}

function Faults({ draft, faults }: { readonly draft: string; readonly faults: readonly Fault[] }) {
  return (
    <div className="mt-2 rounded-md bg-deny-soft px-3 py-2">
      <p className="font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        <Marked draft={draft} faults={faults} />
      </p>
      <ul>
        {faults.map(({ from, message }) => (
          <li key={from}>{text.fault(from, message)}</li>
        ))}
      </ul>
    </div>
  );
}

/** The text, with what cannot be read marked. */
function Marked({ draft, faults }: { readonly draft: string; readonly faults: readonly Fault[] }) {
  const starts = [0, ...faults.map(({ to }) => to)];
  return (
    <>
      {faults.map(({ from, to }, at) => (
        <span key={from}>
          {draft.slice(starts[at], from)}
          <mark className="rounded-xs bg-transparent font-semibold text-deny underline decoration-wavy underline-offset-4">
            {draft.slice(from, to)}
          </mark>
        </span>
      ))}
      {draft.slice(starts.at(-1))}
    </>
  );
}
