// What streams cost: the first byte and each event of a governed stream against the same stream without a gateway, and through a
// process that only passes bytes on; a thousand open streams; a large result; and what a reader that does not read costs all
// others.
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { manifest, startProcess } from '@countersign/testkit';
import { apply } from '../tests/e2e/apply.ts';
import { modernRequest } from '../tests/e2e/modern-call.ts';
import { startRawWorld } from '../tests/e2e/raw-world.ts';
import { measure } from './load.ts';
import { agesOf } from './stream-events.ts';

const MIB = 1024 * 1024;

interface Target {
  readonly url: string;
  readonly token: string;
}

type Work = Readonly<Record<string, number>>;

export async function benchProtocol({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const world = await startRawWorld();
  const upstream = await startProcess({
    script: new URL('streaming-upstream.ts', import.meta.url),
    args: [],
  });
  const pipe = await startProcess({ script: new URL('pipe.ts', import.meta.url), args: [upstream.url] });
  try {
    await apply(
      world.gateway,
      manifest('MCPServer', 'bench', {
        url: upstream.url,
        team: 'platform',
        environment: 'production',
        risk: 'low',
      }),
    );
    const url = `${world.gateway.data}/mcp/bench`;
    const token = await world.issuer.mint({ clientId: 'worker', resource: url, lifetimeSeconds: 3600 });
    const governed = { url, token };
    const direct = { url: upstream.url, token };
    await untilServed(governed);
    const rounds = quick ? 60 : 400;
    // First: what others leave behind would hide what streams need.
    const open = await openStreams(governed, world.gateway.pid, quick ? 200 : 1_000, quick ? 3 : 10);
    tell(`${open.streams} open streams: ${open.rss_mb} MB, ${open.idle_cpu_percent} % of a core`);

    const first = {
      direct: at(await firstBytes(direct, rounds), 0.5),
      governed: at(await firstBytes(governed, rounds), 0.5),
      plain: at(await wholeAnswers(governed, rounds), 0.5),
    };
    const ttfb_added_ms = round(first.governed - first.plain);
    tell(
      `first byte of a stream: ${first.governed} ms, of a plain answer ${first.plain} ms, without a gateway ${first.direct} ms`,
    );

    const event = await eventDelays({ direct, piped: { url: pipe.url, token }, governed }, quick ? 2 : 10);
    const event_added_ms = round(event.governed - event.direct);
    const event_hop_ms = round(event.piped - event.direct);
    tell(
      `an event: ${event.governed} ms from server to client, ${event.direct} ms without a gateway, ${event.piped} ms through a pipe`,
    );

    const large = await largeResult(governed, world.gateway.pid);
    tell(`a result of 16 MiB: ${large.mib_per_s} MiB/s, ${large.rss_mb} MB more memory`);
    const slow = await slowReader(governed, rounds);
    tell(`calls beside a reader that does not read: p50 ${slow.beside} ms, alone ${slow.alone} ms`);
    const attacked = await underAttack(governed, quick ? 3 : 10);
    tell(`good calls while others attack: p99 ${attacked.attacked} ms, before ${attacked.before} ms`);
    return {
      first_byte_ms_p50: first,
      ttfb_added_ms,
      event_ms_p50: event,
      event_added_ms,
      event_hop_ms,
      large_result: large,
      slow_reader_p50_ms: slow,
      under_attack_p99_ms: attacked,
      under_attack_p99_ratio: round(attacked.attacked / attacked.before),
      open_streams: open,
    };
  } finally {
    await world.close();
    await pipe.stop();
    await upstream.stop();
  }
}

/** A server that was registered just now is unknown to policy until its list is read. */
async function untilServed(target: Target): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const text = await (await call(target, {})).text();
    if (text.includes('done')) return;
    await delay(100);
  }
  throw new Error('the server behind the gateway was never served');
}

function call({ url, token }: Target, args: Work, signal?: AbortSignal): Promise<Response> {
  const request = modernRequest({ token, tool: 'call', args });
  return fetch(url, { ...request, ...(signal === undefined ? {} : { signal }) });
}

/** Milliseconds from the request to the first byte of the body of a stream. */
async function firstBytes(target: Target, rounds: number): Promise<number[]> {
  const one = async (): Promise<number> => {
    const started = performance.now();
    const response = await call(target, { events: 1, gapMs: 0 });
    const reader = response.body?.getReader();
    await reader?.read();
    const taken = performance.now() - started;
    while (!((await reader?.read())?.done ?? true));
    return taken;
  };
  return repeated(one, rounds);
}

async function wholeAnswers(target: Target, rounds: number): Promise<number[]> {
  const one = async (): Promise<number> => {
    const started = performance.now();
    const text = await (await call(target, {})).text();
    if (!text.includes('done')) throw new Error(text.slice(0, 300));
    return performance.now() - started;
  };
  return repeated(one, rounds);
}

async function repeated(one: () => Promise<number>, rounds: number): Promise<number[]> {
  for (let n = 0; n < rounds / 4; n += 1) await one();
  const taken: number[] = [];
  for (let n = 0; n < rounds; n += 1) taken.push(await one());
  return taken;
}

const EVENTS = 500;

/** Half of all events take no longer, in milliseconds; in turns, since others use this machine too. */
async function eventDelays<T extends string>(
  targets: Readonly<Record<T, Target>>,
  turns: number,
): Promise<Record<T, number>> {
  const named = Object.entries<Target>(targets);
  const ages = new Map<string, number[]>(named.map(([name]) => [name, []]));
  for (const [, target] of named) await eventAges(target, EVENTS);
  for (let turn = 0; turn < turns; turn += 1)
    for (const [name, target] of named) ages.get(name)?.push(...(await eventAges(target, EVENTS)));
  return Object.fromEntries([...ages].map(([name, all]) => [name, at(all, 0.5)])) as Record<T, number>;
}

/** Milliseconds from server to client, of each event of one long stream. */
async function eventAges(target: Target, events: number): Promise<number[]> {
  const ages: number[] = [];
  const response = await call(target, { events, gapMs: 2 });
  for await (const chunk of response.body ?? []) ages.push(...agesOf(chunk));
  if (ages.length !== events) throw new Error(`${events} events were sent, and ${ages.length} came`);
  return ages;
}

async function largeResult(target: Target, pid: number) {
  const read = async (): Promise<number> => {
    let bytes = 0;
    for await (const chunk of (await call(target, { mib: 16 })).body ?? []) bytes += chunk.byteLength;
    if (bytes < 16 * MIB) throw new Error(`only ${bytes} bytes came`);
    return bytes;
  };
  await read();
  const before = memoryMb(pid);
  const started = performance.now();
  const bytes = await read();
  const seconds = (performance.now() - started) / 1000;
  return {
    mib_per_s: Math.round(bytes / MIB / seconds),
    rss_mb: Math.max(0, Math.round(memoryMb(pid) - before)),
  };
}

async function slowReader(target: Target, rounds: number) {
  const alone = at(await wholeAnswers(target, rounds), 0.5);
  const stop = new AbortController();
  const stalled = await Promise.all(Array.from({ length: 8 }, () => stall(target, stop.signal)));
  const beside = at(await wholeAnswers(target, rounds), 0.5);
  stop.abort();
  for (const reader of stalled) await reader.cancel().catch(() => undefined);
  return { alone, beside };
}

/** Eight callers at once, before others attack and meanwhile. */
async function underAttack(target: Target, seconds: number) {
  const { headers, body } = modernRequest({ token: target.token, tool: 'call', args: {} });
  const load = { url: target.url, headers: headers as Record<string, string>, body, connections: 8, seconds };
  const before = await measure(load);
  const attack = await startProcess({
    script: new URL('attack.ts', import.meta.url),
    args: [target.url, target.token],
  });
  try {
    await delay(2_000);
    const attacked = await measure(load);
    return { before: before.p99_ms, attacked: attacked.p99_ms };
  } finally {
    await attack.stop();
  }
}

/** Reads the first bytes of a large result, and then nothing. */
async function stall(target: Target, signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const { body } = await call(target, { mib: 64 }, signal);
  if (body === null) throw new Error('an answer without a body');
  const reader = body.getReader();
  await reader.read();
  return reader;
}

async function openStreams(target: Target, pid: number, streams: number, seconds: number) {
  const session = await openSession(target);
  const before = memoryMb(pid);
  const responses: IncomingMessage[] = [];
  for (let left = streams; left > 0; left -= 50) {
    const some = Array.from({ length: Math.min(50, left) }, () => openStream(target, session));
    responses.push(...(await Promise.all(some)));
  }
  await delay(1_000);
  const rss_mb = Math.round(memoryMb(pid) - before);
  const cpu = cpuSeconds(pid);
  await delay(seconds * 1_000);
  const idle = ((cpuSeconds(pid) - cpu) / seconds) * 100;
  for (const response of responses) response.destroy();
  return { streams, rss_mb, idle_cpu_percent: round(idle) };
}

async function openSession({ url, token }: Target): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

function openStream({ url, token }: Target, session: string): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'text/event-stream',
    'mcp-protocol-version': '2025-11-25',
    'mcp-session-id': session,
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers, agent: false }, (response) => {
    response.on('error', () => undefined);
    response.once('data', () => resolve(response));
    if (response.statusCode !== 200) reject(new Error(`a stream was refused: ${response.statusCode}`));
  }).on('error', reject);
  return promise;
}

function memoryMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Of a process, user and system (proc(5), fields 14 and 15, in hundredths of a second). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function at(taken: readonly number[], quantile: number): number {
  const sorted = taken.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
