// Verifies the whole log by the code that the command line runs, against what this browser remembers of it. What the gateway
// says of itself is not asked for: everything is computed from what it serves.
import { isOrigin, type KeyManifest, parseCheckpoint, parseKeyManifest, verifyLog } from '@countersign/audit';
import type { Outcome, Start } from './messages.ts';
import { readEntries } from './tiles.ts';

export interface Ports {
  /** Errors: rejects with words for people where the answer is not 200. */
  readonly fetchBytes: (address: string) => Promise<Uint8Array>;
  readonly onProgress: (done: number, of: number) => void;
}

export async function verifyServedLog({ log, keys, remembered }: Start, ports: Ports): Promise<Outcome> {
  const note = await ports.fetchBytes(`${log}/checkpoint`);
  const checkpoint = parseCheckpoint(note);
  if (!checkpoint.ok) throw new Error(`the checkpoint cannot be read: ${checkpoint.error.message}`);
  const { origin, size } = checkpoint.value;
  if (!isOrigin(origin)) throw new Error('the checkpoint names no log');
  const keyManifest = await manifestAt(keys, ports);
  const report = await verifyLog(
    readEntries(size, (path) => ports.fetchBytes(`${log}/${path}`)),
    {
      origin,
      checkpoints: [note],
      external: remembered === null ? [] : [remembered],
      keyManifest,
      // Nobody vouched for these keys: what is shown is that the log is one, not whose it is.
      keysFrom: 'store',
      onProgress: ({ entries }) => ports.onProgress(entries, size),
    },
  );
  const held = remembered === null ? null : parseCheckpoint(remembered);
  return {
    verdict: report.verdict,
    summary: report.summary,
    origin,
    size,
    root: report.root,
    checkpoint: new TextDecoder().decode(note),
    heldAgainst: held?.ok === true ? held.value.size : null,
    levels: report.levels,
    firstFailure: report.firstFailure,
    notProven: report.notProven,
  };
}

async function manifestAt(address: string, { fetchBytes }: Ports): Promise<KeyManifest> {
  const manifest = parseKeyManifest(await fetchBytes(address));
  if (!manifest.ok) throw new Error(`the key manifest cannot be read: ${manifest.error.message}`);
  return manifest.value;
}
