// Recorded calls decided again by files that are not in force: which of them, how far it is, and what came of it.
import { useId } from 'react';
import type { PolicySource } from '../../../api/types.ts';
import { Section } from '../../../ui/section.tsx';
import { Failed } from '../../../ui/state.tsx';
import { type Window, WINDOWS } from '../model/search.ts';
import { text } from '../text.ts';
import type { Replaying, ReplayState } from '../use-replay.ts';
import { SimulationResult } from './simulation-result.tsx';

interface Props {
  readonly files: readonly PolicySource[];
  readonly over: Window;
  readonly onOver: (over: Window) => void;
  readonly replay: Replaying;
}

const words = text.history;

export function Simulation({ files, over, onOver, replay: { state, start, stop } }: Props) {
  const id = useId();
  const isRunning = state.kind === 'running';
  return (
    <>
      <Section title={words.title}>
        <p className="mb-2 text-muted">{words.what}</p>
        <div className="flex flex-wrap items-center gap-2">
          <label htmlFor={id} className="sr-only">
            {words.over}
          </label>
          <select
            id={id}
            value={over}
            onChange={({ target }) => onOver(WINDOWS.find((each) => each === target.value) ?? 'week')}
            className="field w-auto"
          >
            {WINDOWS.map((each) => (
              <option key={each} value={each}>
                {words.windows[each]}
              </option>
            ))}
          </select>
          {isRunning ? (
            <button type="button" className="button" onClick={stop}>
              {words.stop}
            </button>
          ) : (
            <button type="button" className="button button-primary" onClick={() => start(files, over)}>
              {words.start}
            </button>
          )}
        </div>
        {isRunning && <Progress state={state} />}
      </Section>
      {state.kind === 'failed' && (
        <Failed what={words.failed} error={state.error} onRetry={() => start(files, over)} />
      )}
      {state.kind === 'done' && (
        <SimulationResult result={state.result} over={state.over} isStale={state.files !== files} />
      )}
    </>
  );
}

function Progress({ state: { progress } }: { readonly state: Extract<ReplayState, { kind: 'running' }> }) {
  return (
    <div className="mt-3 space-y-1">
      <progress
        aria-label={words.entries}
        className="block h-1.5 w-full accent-accent"
        max={Math.max(progress?.of ?? 1, 1)}
        {...(progress === null ? {} : { value: progress.entries })}
      />
      <p role="status" className="text-muted">
        {progress === null
          ? words.beginning
          : words.progress(progress.entries, progress.of, progress.decisions)}
      </p>
    </div>
  );
}
