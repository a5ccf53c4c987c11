// The admin plane on real parts for its tests: a SQLite store in a folder of its own, the registry, the approval engine
// and the policy publisher. Requests go in as the HTTP listener would hand them over.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, importNoteSigner, newId } from '@countersign/audit';
import { createEngine, type PolicySource, type SchemaInput, sentence } from '@countersign/policy';
import { createRehearsalDesk } from '../../rehearsal/desk.ts';
import { createRehearsals } from '../../rehearsal/thread.ts';
import { createShadow } from '../../shadow/shadow.ts';
import { createExportDesk } from '../../bundles/desk.ts';
import { createApprovalEngine } from '../../approvals/engine.ts';
import { createChangeDesk } from '../../changes/desk.ts';
import type { OidcConfig } from '../../config/oidc.ts';
import type { PolicyOrigin } from '../../config/policies.ts';
import { createPinDesk } from '../../pins/desk.ts';
import { createPins } from '../../pins/pins.ts';
import { type ListedTool, listing } from '../../pins/testing/listing.ts';
import { createCompiler } from '../../policies/compiler.ts';
import { createPolicyDesk } from '../../policies/policy-desk.ts';
import { createPublisher } from '../../policies/publisher.ts';
import { parseManifests } from '../../registry/manifests.ts';
import { createRegistry } from '../../registry/registry.ts';
import { openAdminAccess, openPeople } from '../../start/admin-access.ts';
import { approvalReads } from '../../start/reads.ts';
import { shortTurns } from '../../event-loop.ts';
import { openPermissions } from '../../start/permissions.ts';
import { openPrivacy } from '../../start/privacy.ts';
import { openReviews } from '../../start/reviews.ts';
import { openStore } from '../../store/sqlite/requests/client.ts';
import type { Store } from '../../store/store.ts';
import { createVerifier } from '../../identity/verify.ts';
import { loadConfig } from '../../config.ts';
import { settingsView } from '../settings-view.ts';
import { createArgumentChecker } from '../../upstreams/arguments.ts';
import { createCatalogs } from '../../upstreams/catalogs.ts';
import { createAdminApp } from '../app.ts';
import type { AdminDeps, VerificationStatus } from '../deps.ts';
import type { AdminRole } from '../roles.ts';
import { ensureFirstToken, mintToken, storeToken } from '../tokens.ts';

const MANIFESTS = `
apiVersion: countersign.dev/v1alpha1
kind: Group
metadata: {name: finance}
spec: {}
---
apiVersion: countersign.dev/v1alpha1
kind: Team
metadata: {name: billing}
spec: {}
---
apiVersion: countersign.dev/v1alpha1
kind: User
metadata: {name: fiona}
spec: {email: fiona@example.com, groups: [finance]}
---
apiVersion: countersign.dev/v1alpha1
kind: User
metadata: {name: omar}
spec: {email: omar@example.com}
---
apiVersion: countersign.dev/v1alpha1
kind: User
metadata: {name: greta}
spec: {email: greta@example.com, active: false}
---
apiVersion: countersign.dev/v1alpha1
kind: Agent
metadata: {name: invoice}
spec: {owner: omar, team: billing, purpose: pays invoices, risk: medium, environment: production, capabilities: [pay]}
---
apiVersion: countersign.dev/v1alpha1
kind: MCPServer
metadata: {name: payments}
spec: {url: "https://payments.example/mcp", team: billing, environment: production, risk: high}
`;

export interface AdminUnderTest {
  readonly deps: AdminDeps;
  readonly store: Store;
  readonly dataDir: string;
  readonly vkey: string;
  readonly app: ReturnType<typeof createAdminApp>;
  /** The first-start token. */
  readonly adminToken: string;
  /** Moves the clock of the admin plane; the store keeps its own. */
  advance(ms: number): void;
  tokenFor(user: string, roles: readonly AdminRole[]): Promise<string>;
  /** Requests to `http://127.0.0.1:4180`; with a token, as its bearer. */
  request(path: string, init?: RequestInit & { readonly token?: string }): Promise<Response>;
  /** Puts policies into force, or tries to; what a watched folder does. */
  publish(sources: readonly PolicySource[]): Promise<void>;
  /** Makes `payments` list these tools, and its catalogue know them. */
  listTools(...tools: readonly ListedTool[]): Promise<void>;
  setVerification(status: VerificationStatus): void;
  readonly faults: readonly unknown[];
  /** Why people were not let in, and what the operator was told. */
  readonly turnedAway: readonly string[];
  readonly told: readonly string[];
  close(): Promise<void>;
}

/** Policies come from `publish`, unless people publish them. */
export async function startAdmin(
  options: {
    readonly policies?: Extract<PolicyOrigin, { kind: 'published' }>;
    /** Of whom changes of the registry need the agreement; nobody's without it. */
    readonly reviewers?: string;
    /** The provider by which people sign in; nobody does without it. */
    readonly oidc?: OidcConfig;
    /** How people know the console; the address of the requests without it. */
    readonly publicUrl?: string;
  } = {},
): Promise<AdminUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-admin-'));
  const key = await generateNoteKey('test.example/log');
  const signer = await importNoteSigner(key.skey);
  if (!signer.ok) throw new Error(signer.error.message);
  const store = await openStore({
    dataDir,
    origin: 'test.example/log',
    node: newId('node'),
    checkpointKey: key.skey,
    now: Date.now,
  });
  let offset = 0;
  const now = (): number => Date.now() + offset;
  const registry = createRegistry({
    writer: store,
    secrets: { hasEnv: () => false, hasFile: () => false },
    now,
  });
  const parsed = parseManifests(MANIFESTS, null);
  if (!parsed.ok) throw new Error('the manifests of the tests do not parse');
  const applied = await registry.applyManifests({ manifests: parsed.value }, { via: 'folder', user: null });
  if (!applied.ok) throw new Error('the manifests of the tests do not apply');

  let sources: readonly PolicySource[] = [];
  const compiler = createCompiler();
  const engine = createEngine();
  const schemaInput = (): SchemaInput => {
    const servers = [...registry.current().servers.values()];
    const known = servers.map(({ uid, name }) => ({
      name,
      tools: catalogs.tools(uid).map((tool) => ({ name: tool.name, inputSchema: tool.inputSchema })),
    }));
    return { servers: known, groups: ['finance'], teams: ['billing'] };
  };
  const publisher = createPublisher({
    engine,
    compiler,
    schemaInput,
    writer: store,
    reads: store.readers.policies,
    folder: options.policies === undefined ? async () => sources : null,
    now,
    tell: () => undefined,
  });
  const policies = createPolicyDesk(
    publisher,
    store.readers.policies,
    options.policies ?? { kind: 'folder', folder: 'policies' },
  );
  const adminPlane = {
    oidc: options.oidc ?? null,
    sessions: { hours: 8, idleMinutes: 60, freshMinutes: 15 },
    publicUrl: options.publicUrl ?? null,
  };
  const people = await openPeople({ adminPlane }, registry, store, now);
  const turnedAway: string[] = [];
  const told: string[] = [];
  const access = openAdminAccess({
    config: { adminPlane },
    consoleUrl: options.publicUrl ?? 'http://127.0.0.1:4180',
    people,
    store,
    signInFailed: (reason) => void turnedAway.push(reason),
    now,
    tell: (message) => void told.push(message),
  });
  const changes = createChangeDesk({ writer: store, reads: store.readers.changes, registry: people, now });
  changes.register(policies.changes);

  const checker = createArgumentChecker();
  const pins = createPins(now);
  let listed: readonly ListedTool[] = [];
  const catalogs = createCatalogs({
    writer: store,
    pins,
    servers: () => registry.current().servers.values(),
    fetch: () => Promise.resolve(listing(...listed)),
    now,
    tell: () => undefined,
    minIntervalMs: 0,
  });

  const terms = { quorum: 1, expiresHours: 1 };
  const reviews = openReviews({
    config: {
      data: { dir: dataDir },
      registry: {
        ...terms,
        review: options.reviewers === undefined ? 'off' : 'required',
        group: options.reviewers ?? null,
      },
      exposure: { windowHours: 24, declassify: { ...terms, group: null } },
    },
    registry,
    store,
    changes,
    policy: { schemaInput },
    now,
  });
  const privacy = await openPrivacy({
    config: { log: { erasure: { ...terms, group: null }, retention: [] } },
    dataDir,
    origin: 'test.example/log',
    store,
    registry,
    changes,
    now,
    tell: () => undefined,
  });
  const rehearsals = createRehearsals();
  const shadow = createShadow({
    store,
    reads: store.readers.shadow,
    schemaInput,
    now,
    tell: () => undefined,
  });

  let verification: VerificationStatus = {
    state: 'verifying',
    verifiedTo: 0,
    brokenAt: null,
    message: null,
    checkedAt: null,
  };
  const faults: unknown[] = [];
  const deps: AdminDeps = {
    ...access,
    now,
    readers: store.readers,
    writer: store,
    onCommitted: (listener) => store.onCommitted(listener),
    registry: {
      current: () => people.current(),
      objects: () => registry.objects(),
      onChange: (listener) => registry.onChange(listener),
    },
    approvals: createApprovalEngine({
      writer: store,
      reads: approvalReads(store.readers),
      registry: people,
      now,
    }),
    policies,
    changes,
    registryDesk: reviews.registry,
    catalogs,
    transports: { state: () => null },
    pins: createPinDesk({
      writer: store,
      pins,
      catalogs,
      now,
      onAccepted: (upstream) => catalogs.changed(upstream),
    }),
    permissions: openPermissions({
      registry,
      policy: { prospects: (facts, targets) => engine.prospects(facts, targets, shortTurns()) },
      upstreams: { catalogs, pins },
      store,
      now,
    }),
    rehearsals: createRehearsalDesk({
      dataDir,
      rehearsals,
      registry,
      policy: { decide: (facts, grants) => engine.decide(facts, { grants }), sentence },
      schemaInput,
      tools: {
        tool: (upstream, name) => catalogs.tool(upstream, name),
        standing: (server, tool) => pins.standing(server, tool),
        checkArguments: (tool, args) => checker.check(tool, args),
      },
      reads: {
        exposure: (holders, at) => store.readers.exposure.exposure(holders, at),
        activeSources: async () => (await store.readers.policies.active())?.sources ?? null,
      },
      now,
    }),
    shadow,
    holds: privacy.holds,
    exports: createExportDesk({
      readers: store.readers,
      writer: store,
      signNow: () => store.signNow(),
      signer: null,
      now,
    }),
    verification: { status: () => verification },
    index: {
      status: () => ({ state: 'checked', checkedTo: 0, faults: 0, message: null, checkedAt: null }),
    },
    newestCheckpoint: async () => (await store.readers.log.latestCheckpoint())?.note ?? null,
    sinks: () => [],
    publication: {
      held: () => ({ size: 0, by: null, at: null, waitingMs: 0 }),
      standing: () => [],
      trust: () => null,
    },
    gauges: () => [],
    concerns: () => [],
    fault: () => (store.health().state === 'ok' ? null : store.health().message),
    settings: { ...access.settings, hosts: ['admin.example'], consoleDir: join(dataDir, 'console') },
    settingsView: async () => {
      const config = await loadConfig(null);
      if (!config.ok) throw new Error('the default configuration does not load');
      const address = { address: 'http://127.0.0.1:4180', publicUrl: access.settings.consoleUrl };
      return settingsView({
        config: { ...config.value, adminPlane: { ...config.value.adminPlane, ...adminPlane } },
        version: 'test',
        registry,
        verifier: createVerifier({ now, fetch: (url, init) => fetch(url, init) }),
        signIn: access.signIn,
        data: address,
        admin: address,
        grpc: null,
      });
    },
    report: (error) => faults.push(error),
  };
  const adminToken = await ensureFirstToken({ dataDir, readers: store.readers, writer: store, now: now() });
  if (adminToken === null) throw new Error('a new data folder gave no first token');
  const app = createAdminApp(deps);

  return {
    deps,
    store,
    dataDir,
    vkey: signer.value.vkey,
    app,
    adminToken,
    faults,
    turnedAway,
    told,
    advance(ms) {
      offset += ms;
    },
    async tokenFor(user, roles) {
      const token = mintToken();
      const userUid = registry.current().users.get(user)?.uid ?? null;
      const stored = await storeToken(
        store,
        token,
        { user, userUid, roles, issuedBy: 'test', expiresAt: null },
        now(),
      );
      if (!stored.ok) throw new Error('the token of a test could not be stored');
      return token;
    },
    request(path, { token, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('host')) headers.set('host', '127.0.0.1:4180');
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
      return Promise.resolve(app.request(`http://127.0.0.1:4180${path}`, { ...init, headers }));
    },
    async publish(files) {
      sources = files;
      await publisher.reload();
    },
    async listTools(...tools) {
      listed = tools;
      await catalogs.sync();
      const server = registry.current().servers.get('payments');
      if (server !== undefined) await catalogs.refresh(server.uid);
    },
    setVerification(status) {
      verification = status;
    },
    async close() {
      await compiler.close();
      await reviews.close();
      await catalogs.close();
      await rehearsals.close();
      await shadow.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
