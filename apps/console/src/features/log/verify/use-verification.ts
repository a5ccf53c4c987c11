// One verification at a time, and how far it is.
import { useEffect, useRef, useState } from 'react';
import type { Outcome, Start, Told } from './messages.ts';
import { forget, remember, remembered } from './remembered.ts';
import { startWorker } from './start-worker.ts';

export type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly of: number | null }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly why: string };

export function useVerification() {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const worker = useRef<Worker | null>(null);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = null;
  };
  useEffect(() => stop, []);

  const start = (): void => {
    stop();
    setState({ kind: 'running', done: 0, of: null });
    const begun = startWorker();
    worker.current = begun;
    begun.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      if (data.kind === 'progress') {
        setState({ kind: 'running', done: data.done, of: data.of });
        return;
      }
      stop();
      // What does not hold is not remembered: it would be held against the log that does.
      if (data.kind === 'done' && data.outcome.verdict === 'consistent') remember(data.outcome.checkpoint);
      setState(data);
    });
    begun.addEventListener('error', () => {
      stop();
      setState({ kind: 'failed', why: 'the worker that verifies ended' });
    });
    const { origin } = window.location;
    const told: Start = { log: `${origin}/log`, keys: `${origin}/api/v1/log/keys`, remembered: remembered() };
    begun.postMessage(told);
  };
  return {
    state,
    start,
    cancel: () => {
      stop();
      setState({ kind: 'idle' });
    },
    forget: () => {
      forget();
      setState({ kind: 'idle' });
    },
  };
}
