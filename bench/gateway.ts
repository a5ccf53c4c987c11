// The same MCP call direct, through a bare pass-through proxy, and governed with everything on, in one run; then the time
// from start to the first governed call, and the memory of an idle gateway.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnGateway, startProcess } from '@countersign/testkit';
import { callModern, modernRequest } from '../tests/e2e/modern-call.ts';
import { startWorld } from '../tests/e2e/world.ts';
import { type Figures, measure } from './load.ts';

const TOOL = { tool: 'echo', args: { text: 'hello' } };

export async function benchGateway({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const seconds = quick ? 3 : 10;
  const starting = performance.now();
  const world = await startWorld();
  try {
    const spawned = world.gateway;
    const token = await world.issuer.mint({
      clientId: 'worker',
      resource: `${spawned.data}/mcp/fixture`,
      lifetimeSeconds: 3600,
    });
    const governed = `${spawned.data}/mcp/fixture`;
    await (await callModern({ url: governed, token, ...TOOL })).text();
    tell(`start of everything to the first governed call: ${Math.round(performance.now() - starting)} ms`);
    await delay(3000);
    const idleMb = residentMb(spawned.pid);

    const proxy = await startProcess({
      script: new URL('passthrough.ts', import.meta.url),
      args: [world.fixture.url],
    });
    const { headers, body } = modernRequest({ token, ...TOOL });
    const targets = { direct: world.fixture.url, passthrough: proxy.url, governed };
    const figures: Record<string, Record<string, Figures>> = {};
    for (const connections of [1, 32]) {
      for (const [name, url] of Object.entries(targets)) {
        const measured = await measure({
          url,
          headers: headers as Record<string, string>,
          body,
          connections,
          seconds,
        });
        figures[name] = { ...figures[name], [connections]: measured };
        tell(
          `${name}, ${connections} connections: ${measured.rps} calls/s, p50 ${measured.p50_ms} ms, p99 ${measured.p99_ms} ms`,
        );
      }
    }
    await proxy.stop();
    const loadedMb = residentMb(spawned.pid);
    const start = await startToFirstCall(world);
    return {
      ...figures,
      ratio_to_passthrough: ratios(figures),
      start_to_first_call_ms: start,
      idle_rss_mb: idleMb,
      loaded_rss_mb: loadedMb,
    };
  } finally {
    await world.close();
  }
}

function ratios(figures: Readonly<Record<string, Readonly<Record<string, Figures>>>>) {
  return Object.fromEntries(
    ['1', '32'].map((connections) => {
      const [governed, bare] = [figures['governed']?.[connections], figures['passthrough']?.[connections]];
      const ratio = (key: keyof Figures) =>
        Math.round(((governed?.[key] ?? 0) / (bare?.[key] ?? 1)) * 1000) / 1000;
      return [connections, { rps: ratio('rps'), p50_ms: ratio('p50_ms'), p99_ms: ratio('p99_ms') }];
    }),
  );
}

/** Milliseconds from spawning a gateway on an existing data folder to the answer to its first governed call. */
async function startToFirstCall(world: Awaited<ReturnType<typeof startWorld>>): Promise<number> {
  await world.gateway.stop();
  const started = performance.now();
  const again = await spawnGateway({ config: world.gateway.config, dataDir: world.gateway.dataDir });
  const token = await world.issuer.mint({ clientId: 'worker', resource: `${again.data}/mcp/fixture` });
  const response = await callModern({ url: `${again.data}/mcp/fixture`, token, ...TOOL });
  if (!(await response.text()).includes('hello')) throw new Error('the first call did not succeed');
  const taken = Math.round(performance.now() - started);
  await again.stop();
  return taken;
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}
