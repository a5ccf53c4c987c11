// A small closed-loop load generator: `connections` callers, each sending its next request when the last was answered.
import { Pool } from 'undici';

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Figures {
  readonly rps: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** Throws when any answer is not the expected success: a figure of refusals would say nothing. */
export async function measure({ url, headers, body, connections, seconds }: Load): Promise<Figures> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const once = async (): Promise<number> => {
    const started = performance.now();
    const response = await pool.request({ path: pathname, method: 'POST', headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 200 || !text.includes('"result"') || text.includes('"isError":true')) {
      throw new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 300)}`);
    }
    return performance.now() - started;
  };
  const run = async (until: number): Promise<number[]> => {
    const callers = Array.from({ length: connections }, async () => {
      const taken: number[] = [];
      while (performance.now() < until) taken.push(await once());
      return taken;
    });
    return (await Promise.all(callers)).flat();
  };
  try {
    await run(performance.now() + Math.min(1, seconds) * 1000);
    const started = performance.now();
    const taken = (await run(started + seconds * 1000)).toSorted((a, b) => a - b);
    const elapsed = (performance.now() - started) / 1000;
    return { rps: Math.round(taken.length / elapsed), p50_ms: at(taken, 0.5), p99_ms: at(taken, 0.99) };
  } finally {
    await pool.close();
  }
}

function at(sorted: readonly number[], quantile: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
  return Math.round(value * 1000) / 1000;
}
