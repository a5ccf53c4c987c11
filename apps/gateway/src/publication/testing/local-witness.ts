// A real witness that listens on this machine, and a way to come between it and whoever asks it. For tests only.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { importCosignatureVerifier, type CosignatureVerifier, type NoteVerifier } from '@countersign/audit';
import { startWitness } from '../../witness/start.ts';

type Answer = { readonly status: number; readonly type?: string; readonly body?: string };

export interface LocalWitness {
  readonly url: string;
  readonly verifier: CosignatureVerifier;
  /** What it is asked, one line each: `POST /add-checkpoint old 3`. */
  readonly asked: string[];
  /** Answers in its place from now on; null for the truth, `undefined` of the function for that one request. */
  replace(answer: ((line: string) => Answer | undefined) | null): void;
  close(): Promise<void>;
}

export async function startLocalWitness(
  log: NoteVerifier,
  name = 'witness.example/one',
  now: () => number = Date.now,
): Promise<LocalWitness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
  const witness = await startWitness({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    name,
    logs: [log],
    now,
    tell: () => undefined,
  });
  const verifier = await importCosignatureVerifier(witness.vkey);
  if (!verifier.ok) throw new Error(verifier.error.message);
  const asked: string[] = [];
  let replaced: ((line: string) => Answer | undefined) | null = null;
  const proxy = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const first = body.toString('utf8').split('\n')[0];
      const line = [request.method, request.url, first].filter((part) => part !== '').join(' ');
      asked.push(line);
      const instead = replaced?.(line);
      if (instead !== undefined) {
        response.writeHead(instead.status, { 'content-type': instead.type ?? 'text/plain' });
        response.end(instead.body ?? '');
        return;
      }
      const answer = await fetch(`http://127.0.0.1:${witness.port}${request.url}`, {
        method: request.method ?? 'GET',
        ...(request.method === 'POST' ? { body: new Uint8Array(body) } : {}),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(new Uint8Array(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`,
    verifier: verifier.value,
    asked,
    replace: (answer) => {
      replaced = answer;
    },
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await witness.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
