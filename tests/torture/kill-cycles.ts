// SIGKILL at a random moment under load, again and again on the same data folder, and then what the log says against what
// the upstream did. The oracle is the upstream's own ledger, which is on disk before the tool answers.
import { readLedger, spawnGateway } from '@countersign/testkit';
import { fromUtf8 } from '@countersign/audit';
import { parseEntry } from '@countersign/audit';
import { openLogFolder } from '../../apps/gateway/src/cli/log-folder.ts';
import { callModern } from '../e2e/modern-call.ts';
import type { World } from '../e2e/world.ts';
import { growingFile } from './growing-file.ts';

const CALLERS = 8;
/** Calls that take effect between two kills, at most. */
const EFFECTS = 40;
/** What a start takes is not what is asked here, and two thousand of them meet whatever else the machine is made to do. */
const READY_MS = 300_000;

export interface Findings {
  /** Effects that no entry allowed. */
  readonly unrecorded: readonly string[];
  /** Effects that happened twice, and payments that were decided twice. */
  readonly repeated: readonly string[];
  /** Answers that were delivered and whose call is not recorded as completed. */
  readonly unsettled: readonly string[];
  /** Calls that do not have exactly one end. */
  readonly endless: readonly string[];
  readonly completed: number;
  readonly unknown: number;
  /** What `countersign verify` said: exit code and report. */
  readonly verified: { readonly code: number; readonly stdout: string };
}

export interface KillOptions {
  readonly cycles: number;
  /** Another build of the command line. */
  readonly program?: string;
  readonly onCycle?: () => void;
}

/** Leaves the world's gateway stopped for good. */
export async function killAgainAndAgain(
  world: World,
  { cycles, program, onCycle }: KillOptions,
): Promise<Findings> {
  const answered = new Map<string, string>();
  const effects = growingFile(world.ledger);
  let invoices = 0;
  let { gateway } = world;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const { data } = gateway;
    const token = await world.issuer.mint({ clientId: 'clerk', resource: `${data}/mcp/payments` });
    const stopping = new AbortController();
    const caller = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        invoices += 1;
        const invoice = `INV-${cycle}-${invoices}`;
        const args = { vendor: 'acme', amount_cents: 100, invoice };
        const url = `${data}/mcp/payments`;
        try {
          const response = await callModern({ url, token, tool: 'pay', args, signal: stopping.signal });
          const body = await response.text();
          if (response.status === 200 && !body.includes('"isError":true'))
            answered.set(invoice, response.headers.get('countersign-call') ?? '');
        } catch {
          return; // the gateway is gone: that is the point
        }
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    await effects.moreLines(1 + Math.floor(Math.random() * EFFECTS), () => gateway.stderr());
    await gateway.kill('SIGKILL');
    stopping.abort();
    await Promise.all(callers);
    const build = program === undefined ? {} : { program };
    const { config, dataDir } = gateway;
    gateway = await spawnGateway({ config, dataDir, readyTimeoutMs: READY_MS, ...build });
    onCycle?.();
  }
  await gateway.stop();
  const verified = await gateway.cli('verify', '--json');
  return { ...(await compare(world, gateway.dataDir, answered)), verified };
}

interface Call {
  readonly id: string;
  readonly ends: string[];
}

async function compare(
  world: World,
  dataDir: string,
  answered: ReadonlyMap<string, string>,
): Promise<Omit<Findings, 'verified'>> {
  const byInvoice = new Map<string, Call>();
  const byId = new Map<string, Call>();
  const repeated: string[] = [];
  const folder = await openLogFolder(dataDir);
  try {
    for await (const { header, details } of folder.log.entries()) {
      const entry = parseEntry(header);
      if (!entry.ok) throw new Error(entry.error.message);
      const { kind, call: id } = entry.value;
      if (id === null) continue;
      if (kind === 'call.completed' || kind === 'call.unknown') byId.get(id)?.ends.push(kind);
      if (kind !== 'call.decided') continue;
      const request = fromUtf8(details.find(({ name }) => name === 'request')?.value ?? new Uint8Array());
      const invoice = /INV-\d+-\d+/.exec(request ?? '')?.[0] ?? '';
      const call: Call = { id, ends: [] };
      if (byInvoice.has(invoice)) repeated.push(invoice);
      byInvoice.set(invoice, call);
      byId.set(id, call);
    }
  } finally {
    folder.close();
  }
  const happened = readLedger<{ invoice: string }>(world.ledger).map(({ invoice }) => invoice);
  const calls = [...byId.values()];
  const count = (kind: string): number => calls.filter(({ ends }) => ends[0] === kind).length;
  const isSettled = ([invoice, id]: readonly [string, string]): boolean => {
    const call = byInvoice.get(invoice);
    return call?.id === id && call.ends[0] === 'call.completed';
  };
  return {
    unrecorded: happened.filter((invoice) => !byInvoice.has(invoice)),
    repeated: [...repeated, ...happened.filter((invoice, at) => happened.indexOf(invoice) !== at)],
    unsettled: [...answered].filter((one) => !isSettled(one)).map(([invoice]) => invoice),
    endless: calls.filter(({ ends }) => ends.length !== 1).map(({ id }) => id),
    completed: count('call.completed'),
    unknown: count('call.unknown'),
  };
}
