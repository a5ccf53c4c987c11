// Runs the verification beside the page, so that a million entries do not stop it.
import type { Start, Told } from './messages.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { verifyServedLog } from './verify.ts';

const tell = (told: Told): void => self.postMessage(told);

self.addEventListener('message', (event: MessageEvent<Start>) => {
  const onProgress = (done: number, of: number): void => tell({ kind: 'progress', done, of });
  verifyServedLog(event.data, { fetchBytes, onProgress }).then(
    (outcome) => tell({ kind: 'done', outcome }),
    (error: unknown) => tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  );
});
