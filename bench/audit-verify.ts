// What an auditor waits for: a whole log verified by the command line as they run it, in a process of its own, and a small
// bundle verified in one that runs already.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EntryDraft } from '@countersign/audit';
import { createTestFolder } from '../apps/gateway/src/store/sqlite/testing/folder.ts';
import { completed, decided, newCall } from '../apps/gateway/src/store/testing-drafts.ts';
import { bundleLines, bundleText, newSigner } from '../packages/audit/src/testing/bundle-builder.ts';
import { callLog } from '../packages/audit/src/testing/log-builder.ts';
import { verifyBundle } from '../packages/audit/src/bundle/verify.ts';

const MILLION = 1_000_000;
const PER_COMMIT = 200;
const COMMITS_AT_ONCE = 16;

export interface VerifyBench {
  /** A million for the figure itself; with fewer it is worked out from these. */
  readonly entries: number;
  readonly tell: (text: string) => void;
}

/** `start_1m_s`: until the log takes entries. `verify_1m_s` in seconds, `verify_rss_mb`: the most memory that the verifying process took. */
export async function verifyFigures({ entries, tell }: VerifyBench) {
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
  try {
    const folder = await createTestFolder(join(scratch, 'log'));
    const size = await fill(folder, entries);
    tell(`verify: a log of ${size} entries`);
    const { seconds, megabytes, cpuSeconds } = await verified(folder.dataDir, folder.vkey);
    tell(`verify: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of all threads, ${megabytes} MB`);
    const starting = await started(folder);
    tell(`start on that log: ${starting.toFixed(2)} s`);
    return {
      [entries === MILLION ? 'start_1m_s' : 'start_s']: Math.round(starting * 1000) / 1000,
      verify_1m_s: Math.round((seconds * MILLION * 100) / size) / 100,
      verify_rss_mb: megabytes,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `bundle_10_ms`: the median of many, without replay. */
export async function bundleFigures({ tell }: Pick<VerifyBench, 'tell'>) {
  const log = callLog(50_000);
  const signer = await newSigner();
  const indexes = Array.from({ length: 10 }, (_, at) => 1_000 + at * 7_919);
  const text = bundleText(await bundleLines({ log, signer, indexes: closed(indexes) }));
  const bytes = Buffer.from(text);
  const times: number[] = [];
  for (let run = 0; run < 50; run += 1) {
    const started = performance.now();
    const { firstFailure } = await verifyBundle([bytes], { vkeys: [signer.vkey], keysFrom: 'outside' });
    if (firstFailure !== null) throw new Error(firstFailure.message);
    times.push(performance.now() - started);
  }
  const median = times.toSorted((a, b) => a - b)[times.length / 2] ?? 0;
  tell(`bundle of ${indexes.length} entries: ${median.toFixed(2)} ms`);
  return { bundle_10_ms: Math.round(median * 100) / 100 };
}

/** In that log decisions are odd and outcomes even: an outcome needs its decision. */
function closed(indexes: readonly number[]): readonly number[] {
  return [...new Set(indexes.map((index) => (index % 2 === 1 ? index : index - 1)))].toSorted(
    (a, b) => a - b,
  );
}

async function fill(folder: Awaited<ReturnType<typeof createTestFolder>>, entries: number): Promise<number> {
  const store = await folder.open({ checkpointIntervalMs: 1000, now: Date.now, maxQueuedBytes: 1 << 30 });
  let size = store.health().size;
  const commit = async (drafts: readonly EntryDraft[]): Promise<readonly number[]> => {
    const result = await store.commit({ entries: drafts });
    if (!result.ok) throw new Error(JSON.stringify(result));
    return result.receipts.map(({ index }) => index);
  };
  while (size < entries) {
    const rounds = Array.from({ length: COMMITS_AT_ONCE }, async () => {
      const calls = Array.from({ length: PER_COMMIT / 2 }, newCall);
      const indexes = await commit(calls.map((ids) => decided(ids)));
      await commit(calls.map((ids, at) => completed(ids, indexes[at] ?? 0)));
    });
    await Promise.all(rounds);
    ({ size } = store.health());
  }
  await store.close();
  return size;
}

/** Seconds until the store takes entries, as a gateway opens it. */
async function started(folder: Awaited<ReturnType<typeof createTestFolder>>): Promise<number> {
  const starting = performance.now();
  const store = await folder.open({ now: Date.now });
  const seconds = (performance.now() - starting) / 1000;
  await store.close();
  return seconds;
}

interface Verified {
  readonly seconds: number;
  readonly megabytes: number;
  readonly cpuSeconds: number;
}

/** The command as an auditor runs it, by the launcher of the repository. */
async function verified(dataDir: string, vkey: string): Promise<Verified> {
  const launcher = fileURLToPath(new URL('../countersign', import.meta.url));
  const told = new URL('audit-verify-run.ts', import.meta.url).href;
  const args = ['verify', dataDir, '--key', vkey, '--no-replay', '--json'];
  const starting = performance.now();
  const child = spawn(launcher, args, {
    env: { ...process.env, NODE_OPTIONS: `--import=${told}` },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [out, err, figures] = [1, 2, 3].map(async (at) => textOf(child.stdio[at] as Readable));
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - starting) / 1000;
  if (code !== 0) throw new Error(`verify ended with ${code}: ${await err}${(await out)?.slice(0, 2000)}`);
  return { seconds, ...(JSON.parse((await figures) ?? '') as Omit<Verified, 'seconds'>) };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks = (await stream.toArray()) as Buffer[];
  return Buffer.concat(chunks).toString();
}
