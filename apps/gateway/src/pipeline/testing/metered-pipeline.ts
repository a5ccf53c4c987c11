// The stages from the decision on over their real parts: store, registry, policy engine, meters and approvals. Only the
// server at the end is a function, so that a test sees exactly what was sent, and can refuse the connection.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { buildSchema, compile, createEngine, type PolicySource, sentence } from '@countersign/policy';
import { createApprovalEngine } from '../../approvals/engine.ts';
import { agentManifest, issuerManifest, manifest, registryOf } from '../../identity/test-issuer.ts';
import { createMeters } from '../../meters/meters.ts';
import { createNeverStore } from '../../never-store/never-store.ts';
import { approvalReads } from '../../start/reads.ts';
import { createTestIssuer } from '../../receipts/testing-issuer.ts';
import { createTestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { createArgumentChecker } from '../../upstreams/arguments.ts';
import type { CatalogTool } from '../../upstreams/catalog.ts';
import { dialFailure, exchangeFailure } from '../../upstreams/failures.ts';
import { authorize } from '../authorize.ts';
import type { Deps } from '../deps.ts';
import { createHealth } from '../health.ts';
import { clear, type HeldCall, openRequest, release } from '../hold.ts';
import { carry } from '../pipeline.ts';
import { settlement } from '../settle.ts';
import { openSpill } from '../spill.ts';
import { createTraffic } from '../traffic.ts';
import type { AuthenticatedCall } from '../types.ts';

export interface MeteredPipeline {
  readonly store: Store;
  readonly deps: Deps;
  /** Amounts that reached the server. */
  readonly sent: number[];
  clock: number;
  /** Milliseconds until the next answers begin. */
  slow: number;
  /** What becomes of the next calls on their way: answered, never sent, or broken off after they were sent. */
  way: 'open' | 'refused' | 'broken';
  /** The whole way of a call: `paid`, or the code of its refusal; a held one is kept for `approve`. */
  pay(amount: number, invoice?: string): Promise<string>;
  /** What is held for an invoice. */
  held(invoice: string): HeldCall;
  /** Approves what is held for an invoice and releases it. */
  approve(invoice: string): Promise<string>;
  /** Stops at once and starts on the same data folder, as after a crash. */
  restart(): Promise<void>;
  /** The detail `meters` of every entry of a kind, in order. */
  metersIn(kind: 'call.decided' | 'call.completed'): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const PAY_INPUT = {
  type: 'object',
  required: ['amount_cents', 'invoice'],
  properties: { amount_cents: { type: 'integer' }, invoice: { type: 'string' } },
};
const registry = registryOf(
  manifest('Group', 'finance', '{}'),
  manifest('User', 'carl', '{email: carl@example.com, groups: [finance]}'),
  issuerManifest('idp', 'https://idp.example', 'https://idp.example/jwks'),
  agentManifest('clerk', 'idp', 'client_id', 'clerk'),
  manifest(
    'MCPServer',
    'payments',
    '{url: "http://127.0.0.1:9/mcp", team: billing, environment: test, risk: low}',
  ),
);
const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function openMeteredPipeline(sources: readonly PolicySource[]): Promise<MeteredPipeline> {
  const folder = await createTestFolder();
  const held = new Map<string, Awaited<ReturnType<typeof openRequest>>>();
  const receipts = await createTestIssuer(folder.dataDir);
  let store = await folder.open();
  let deps = depsOn(store);

  function depsOn(on: Store): Deps {
    const now = () => pipeline.clock;
    const engine = engineWith(sources);
    const checker = createArgumentChecker();
    return {
      now,
      settings: { holdMs: 0, exposureMs: 1, pendingPerAgent: 100, responseBytes: 1_000_000 },
      writer: on,
      registry: { current: () => registry },
      identity: {
        authenticate: () => Promise.reject(new Error('the caller is known here')),
        link: () => Promise.reject(new Error('the chain is known here')),
        callToken: () => Promise.resolve(null),
      },
      policy: {
        decide: (facts, grants) => engine.decide(facts, { grants }),
        caughtUp: () => Promise.resolve(true),
        metering: () => engine.metering,
        sentence,
      },
      catalogs: {
        tool: (_upstream, name) => (name === 'pay' ? TOOL : undefined),
        item: () => undefined,
        standing: () => 'accepted',
        refresh: () => Promise.resolve(),
        checkArguments: (tool, args) => checker.check(tool, args),
      },
      digestKey: Buffer.alloc(32, 1),
      neverStore: createNeverStore({ members: [], patterns: [], cardNumbers: true }),
      classifiers: { labels: () => [], unread: () => [] },
      reads: on.readers.exposure,
      masks: { held: () => [] },
      approvals: createApprovalEngine({
        writer: on,
        reads: approvalReads(on.readers),
        registry: { current: () => registry },
        now,
      }),
      meters: createMeters({ writer: on, reads: on.readers.meters, metering: () => engine.metering, now }),
      send: (_upstream, request) => {
        const answer = server(request.body);
        pipeline.clock += pipeline.slow;
        if (answer.ok) request.onFirstByte?.();
        return Promise.resolve(answer);
      },
      traffic: createTraffic(on, now),
      receipts,
      health: createHealth(
        () => null,
        () => {},
      ),
      spill: openSpill(join(folder.dataDir, 'spill.jsonl')),
    };
  }

  function server(body: Uint8Array | null): Awaited<ReturnType<Deps['send']>> {
    const origin = 'http://127.0.0.1:9';
    if (pipeline.way === 'refused') {
      const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return { ok: false, error: dialFailure(origin, error) };
    }
    const { params } = JSON.parse(Buffer.from(body ?? []).toString()) as { params: { arguments: Paid } };
    pipeline.sent.push(params.arguments.amount_cents);
    if (pipeline.way === 'broken') return { ok: false, error: exchangeFailure(origin, new Error('reset')) };
    const value = { status: 200, headers: new Map<string, string>(), body: ReadableStream.from([]) };
    return { ok: true, value };
  }

  async function carryOut(cleared: Awaited<ReturnType<typeof clear>>): Promise<string> {
    if (!cleared.ok) return cleared.error.code;
    const carried = await carry(cleared.value, deps);
    if (!carried.ok) return carried.error.code;
    const received = { bytes: 0, events: 0, sha256: '0'.repeat(64) };
    const outcome = { outcome: 'ok', status: 200, received, result: null, error: null } as const;
    const settled = await settlement(carried.value, deps).settle(outcome);
    return settled.ok ? 'paid' : settled.error.code;
  }

  const pipeline: MeteredPipeline = {
    get store() {
      return store;
    },
    get deps() {
      return deps;
    },
    sent: [],
    clock: 1_800_000_000_000,
    slow: 0,
    way: 'open',
    async pay(amount, invoice = 'any') {
      const decided = await authorize(payment(amount, invoice), deps);
      if (decided.verdict.outcome !== 'hold') return carryOut(await clear(decided, deps));
      held.set(invoice, await openRequest(decided, deps));
      return 'held';
    },
    held(invoice) {
      const request = held.get(invoice);
      if (request?.ok !== true) throw new Error(`nothing is held for ${invoice}`);
      return request.value;
    },
    async approve(invoice) {
      const { call, approval } = pipeline.held(invoice);
      const input = { approval: approval.id, reviewer: 'carl', verdict: 'approve', reason: 'fine' } as const;
      const reviewed = await deps.approvals.review(input);
      if (!reviewed.ok) throw new Error(reviewed.error.message);
      return carryOut(await release(call, reviewed.value, deps));
    },
    async restart() {
      deps.spill.close();
      await store.close();
      store = await folder.open();
      deps = depsOn(store);
    },
    async metersIn(kind) {
      const { calls } = await store.readers.calls.page({}, { limit: 10_000 });
      const entries = await Promise.all(calls.map(({ id }) => store.readers.calls.entries(id)));
      return entries
        .flat()
        .filter(({ header }) => header.kind === kind)
        .sort((a, b) => a.header.index - b.header.index)
        .map(({ details }) => (details['meters'] === undefined ? null : JSON.parse(details['meters'])));
    },
    async close() {
      deps.spill.close();
      await store.close();
      folder.remove();
    },
  };
  return pipeline;
}

interface Paid {
  readonly amount_cents: number;
}

const TOOL = {
  name: 'pay',
  inputSchema: PAY_INPUT,
  digest: '0'.repeat(64),
  definition: { name: 'pay', inputSchema: PAY_INPUT },
} as unknown as CatalogTool;

function engineWith(sources: readonly PolicySource[]) {
  const input = {
    servers: [{ name: 'payments', tools: [{ name: 'pay', inputSchema: PAY_INPUT }] }],
    groups: ['finance'],
    teams: ['billing'],
  };
  const schema = buildSchema(input, sha256Hex);
  const compiled = compile(sources, schema, { sha256Hex });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const engine = createEngine();
  const loaded = engine.load(compiled.set, schema);
  if (!loaded.ok) throw new Error(loaded.message);
  return engine;
}

function payment(amount: number, invoice: string): AuthenticatedCall {
  const agent = registry.agents.get('clerk');
  const upstream = registry.servers.get('payments');
  if (agent === undefined || upstream === undefined)
    throw new Error('the registry of the test is incomplete');
  const args = { amount_cents: amount, invoice };
  const params = { name: 'pay', arguments: args };
  const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  const body = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  return {
    id: newId('call'),
    receivedAt: 1_800_000_000_000,
    registry,
    protocol: 'mcp',
    revision: '2026-07-28',
    operation: 'mcp:tools/call',
    upstream,
    target: { kind: 'tool', name: 'pay' },
    audience: 'http://127.0.0.1:4100/mcp/payments',
    http: { method: 'POST', headers: new Map(), signal: new AbortController().signal },
    body,
    outbound: body,
    message: { id: 1, method: 'tools/call', params, paramsText: JSON.stringify(params) },
    said: { input: JSON.stringify(args), meta: null },
    credentials: { authorization: null, callToken: null },
    sessionId: null,
    trace: null,
    caller: {
      agent,
      identity: { issuer: 'idp', claim: 'client_id', value: 'clerk' },
      subject: null,
      actors: [],
      token: { issuer: 'idp', jti: null, scopes: [], issuedAt: 0, expiresAt: 1, assurance: 'public' },
    },
    link: { kind: 'root', chain: newId('chain'), parent: null, depth: 1, agents: ['clerk'], labels: [] },
    linkFault: null,
  };
}
