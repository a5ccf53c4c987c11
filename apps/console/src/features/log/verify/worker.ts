// Runs the verification beside the page, so that a million entries do not stop it.
import type { Start, Told } from './messages.ts';
import { verifyServedLog } from './verify.ts';

const tell = (told: Told): void => self.postMessage(told);

async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address, { headers: { accept: 'application/octet-stream, text/plain' } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 200) return bytes;
  throw new Error(said(bytes) ?? `${new URL(address).pathname} is answered ${response.status}`);
}

/** The gateway's own words for a refusal. */
function said(bytes: Uint8Array): string | null {
  try {
    const body = JSON.parse(new TextDecoder().decode(bytes)) as {
      readonly error?: { readonly message?: unknown };
    };
    return typeof body.error?.message === 'string' ? body.error.message : null;
  } catch {
    return null;
  }
}

self.addEventListener('message', (event: MessageEvent<Start>) => {
  const onProgress = (done: number, of: number): void => tell({ kind: 'progress', done, of });
  verifyServedLog(event.data, { fetchBytes, onProgress }).then(
    (outcome) => tell({ kind: 'done', outcome }),
    (error: unknown) => tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  );
});
