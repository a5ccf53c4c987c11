// One export at a time: started, received with how far it came, and handed to the browser as a file.
import { useEffect, useRef, useState } from 'react';
import { startExport } from '../../api/client.ts';
import type { exportRequest } from './model/export-request.ts';
import { text } from './text.ts';

export interface Exported {
  readonly url: string;
  readonly name: string;
  /** Index of the entry that records it. */
  readonly recordedAt: number;
  readonly entries: number;
  readonly disclosed: number;
  /** Calls of which nobody can tell whether they were asked for. */
  readonly untold: number;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly bytes: number }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'done'; readonly file: Exported };

export function useExport() {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const running = useRef<AbortController>(null);
  const url = useRef<string>(null);
  const forget = (): void => {
    running.current?.abort();
    if (url.current !== null) URL.revokeObjectURL(url.current);
  };
  useEffect(() => forget, []);

  const start = async (request: ReturnType<typeof exportRequest>): Promise<void> => {
    forget();
    const { signal } = (running.current = new AbortController());
    setState({ kind: 'running', bytes: 0 });
    try {
      const response = await startExport(request, signal);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      let bytes = 0;
      for await (const piece of piecesOf(response.body)) {
        pieces.push(piece);
        bytes += piece.length;
        setState({ kind: 'running', bytes });
      }
      const header = (name: string): string => response.headers.get(name) ?? '';
      url.current = URL.createObjectURL(new Blob(pieces, { type: header('content-type') }));
      const file: Exported = {
        url: url.current,
        name: /filename="([^"]+)"/.exec(header('content-disposition'))?.[1] ?? header('countersign-export'),
        recordedAt: Number(header('countersign-entry')),
        entries: Number(header('countersign-entries')),
        disclosed: Number(header('countersign-disclosed')),
        untold: Number(header('countersign-untold')),
      };
      setState({ kind: 'done', file });
      save(file);
    } catch (error) {
      if (signal.aborted) setState({ kind: 'idle' });
      else
        setState({
          kind: 'failed',
          error: error instanceof TypeError ? new Error(text.cut) : (error as Error),
        });
    }
  };
  return { state, start, stop: () => running.current?.abort() };
}

async function* piecesOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null) {
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) return;
    yield value;
  }
}

export function save({ url, name }: Exported): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
