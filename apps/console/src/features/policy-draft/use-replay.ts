// One simulation over history at a time: begun, followed, given up when it is not wanted any more.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, asApiError } from '../../api/error.ts';
import type { DiffEvent, DiffResult, PolicySource } from '../../api/types.ts';
import { gatewayNow } from '../time/clock.ts';
import { startReplay } from './api.ts';
import { createEventReader } from './model/events.ts';
import { type Window, windowOf } from './model/search.ts';
import { text } from './text.ts';

type Progress = Extract<DiffEvent, { progress: unknown }>['progress'];

export type ReplayState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: Progress | null }
  | { readonly kind: 'failed'; readonly error: Error }
  | {
      readonly kind: 'done';
      readonly result: DiffResult;
      /** What it was made of: an answer about other files is told from one about these. */
      readonly files: readonly PolicySource[];
      readonly over: Window;
    };

export interface Replaying {
  readonly state: ReplayState;
  readonly start: (files: readonly PolicySource[], over: Window) => void;
  readonly stop: () => void;
}

export function useReplay(): Replaying {
  const [state, setState] = useState<ReplayState>({ kind: 'idle' });
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const stop = useCallback(() => running.current?.abort(), []);
  const start = useCallback((files: readonly PolicySource[], over: Window) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    const show = (next: ReplayState): void => {
      if (!signal.aborted) setState(next);
    };
    show({ kind: 'running', progress: null });
    signal.addEventListener('abort', () => setState({ kind: 'idle' }));
    const follow = async (): Promise<void> => {
      const response = await startReplay(files, windowOf(over, gatewayNow()), signal);
      for await (const event of eventsOf(response.body)) {
        if ('progress' in event) show({ kind: 'running', progress: event.progress });
        else if ('result' in event) return show({ kind: 'done', result: event.result, files, over });
        else throw new ApiError(response.status, event.error.code, event.error.message);
      }
      throw new ApiError(0, 'cut_off', text.history.cutOff);
    };
    void follow().catch((error: unknown) => show({ kind: 'failed', error: asApiError(error) }));
  }, []);
  return { state, start, stop };
}

async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): AsyncGenerator<DiffEvent> {
  const read = createEventReader();
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) return;
    yield* read(value);
  }
}
