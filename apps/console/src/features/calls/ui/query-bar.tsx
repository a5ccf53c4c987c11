// The query as a line of text. What is wrong with it is told while it is typed, with its place; Enter asks for it.
import { Search } from 'lucide-react';
import { useId } from 'react';
import { KEYS } from '../model/query-keys.ts';
import type { Fault } from '../model/query.ts';
import { text } from '../text.ts';

interface Props {
  readonly draft: string;
  readonly faults: readonly Fault[];
  readonly onDraft: (draft: string) => void;
  readonly onAsk: () => void;
}

export function QueryBar({ draft, faults, onDraft, onAsk }: Props) {
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
        <label className="relative min-w-48 flex-1">
          <span className="sr-only">{text.query}</span>
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted"
            strokeWidth={1.75}
          />
          <input
            type="search"
            data-search
            value={draft}
            onChange={({ target }) => onDraft(target.value)}
            placeholder={text.queryHint}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            aria-invalid={faults.length > 0}
            aria-describedby={`${id}-faults`}
            className="field h-8 pl-8 font-mono text-xs"
          />
        </label>
        <button type="submit" className="button">
          {text.search}
        </button>
      </div>
      <div id={`${id}-faults`} role="status">
        {faults.length > 0 && <Faults draft={draft} faults={faults} />}
      </div>
      <details className="mt-1">
        <summary className="w-fit cursor-pointer rounded py-0.5 text-muted">{text.help}</summary>
        <p className="py-1">{text.helpWords}</p>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
          {Object.entries(KEYS).map(([key, sentence]) => (
            <div key={key} className="contents">
              <dt className="font-mono text-xs leading-5">{key}:</dt>
              <dd className="text-muted">{sentence}</dd>
            </div>
          ))}
        </dl>
      </details>
    </form>
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
