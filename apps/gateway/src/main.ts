// The composition root: config -> keys -> store -> registry -> policy -> pipeline -> listeners. Only this file and
// `start/` name concrete parts. It serves all or nothing: whatever is wrong at the start stops the start.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { begunArchive } from './archive/begun.ts';
import { ensureFirstToken } from './admin/tokens.ts';
import { createApprovalEngine } from './approvals/engine.ts';
import { createChangeDesk } from './changes/desk.ts';
import { classifiersOf } from './config/classifiers.ts';
import { neverStoreOf } from './config/privacy.ts';
import { type ConfigOverrides, loadConfig, publicUrl } from './config.ts';
import { createCallTokens } from './identity/call-token.ts';
import { createIdentity } from './identity/identity.ts';
import { createVerifier } from './identity/verify.ts';
import { listen } from './listen.ts';
import { neverStoring } from './never-store/writer.ts';
import { createMeters } from './meters/meters.ts';
import type { Deps } from './pipeline/deps.ts';
import { createHealth } from './pipeline/health.ts';
import { createTraffic } from './pipeline/traffic.ts';
import { forgetExpired } from './protocols/mcp/tasks/expire.ts';
import { openPeople } from './start/admin-access.ts';
import { openAdminPlane } from './start/admin-plane.ts';
import { createClockWatch } from './start/clock-watch.ts';
import { configChange } from './start/config-changed.ts';
import { openDataPlane } from './start/data-plane.ts';
import { createGate } from './start/gate.ts';
import { openGrpc } from './start/grpc.ts';
import { openKeyManifest } from './start/key-manifest.ts';
import { openNodeKeys } from './start/keys.ts';
import { startedEntry, stoppedEntry } from './start/node-entries.ts';
import { logOrigin } from './start/origin.ts';
import { openPolicy } from './start/policy.ts';
import { openPrivacy } from './start/privacy.ts';
import { openPeers } from './start/peers.ts';
import { openPublication } from './start/publication.ts';
import { orStop } from './start/problem.ts';
import { approvalReads, linkReads } from './start/reads.ts';
import { openReceipts } from './start/receipts.ts';
import { openRegistry } from './start/registry.ts';
import { openReviews } from './start/reviews.ts';
import { openRecoveredStore } from './start/store.ts';
import { openSinks } from './start/sinks.ts';
import { openListenerTls } from './start/tls.ts';
import { openTrials } from './start/trials.ts';
import { openUpstreams } from './start/upstreams.ts';
import { dataPaths } from './store/paths.ts';
import { configuredPlace } from './store/payload/place.ts';
import type { Store } from './store/store.ts';
import { startTelemetry } from './telemetry.ts';
import { VERSION } from './version.ts';
import { watchIndex } from './search/watch.ts';
import { followLog } from './verification/follow.ts';
import { every } from './every.ts';
import { warn } from './warnings.ts';

export interface ServeOptions {
  readonly configFile?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly adminPort?: number | undefined;
}

export interface Serving {
  readonly dataUrl: string;
  readonly adminUrl: string;
  /** Host and port; null where gRPC is not taken. */
  readonly grpcAddress: string | null;
  /** Only at the first start of a data folder. */
  readonly adminToken: string | undefined;
  readonly dataDir: string;
  /** Resolves with the reason when the store died: the process should then end, and start anew from what is on disk. */
  readonly died: Promise<string>;
  close(): Promise<void>;
}

const FLUSH_MS = 10_000;
const SWEEP_MS = 1_000;
const RETENTION_MS = 60_000;
const CLOCK_LOOK_MS = 1_000;
const METER_SWEEP_MS = 600_000;
const GRACE_MS = 3_000;

/** Throws a StartError when the gateway must not start; then nothing of it is left running. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const opened: (() => unknown)[] = [];
  try {
    return await start(options, (close) => void opened.push(close));
  } catch (error) {
    // A listener or a writer that outlived a refused start would keep the process, and the data folder, for ever.
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

async function start(options: ServeOptions, onRefusal: (close: () => unknown) => void): Promise<Serving> {
  const now = () => Date.now();
  const tell = warn;
  const config = orStop(await loadConfig(options.configFile ?? null, overrides(options)));
  const dataDir = config.data.dir;
  const stopTelemetry = await startTelemetry(config.telemetry);
  onRefusal(stopTelemetry);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const origin = await logOrigin(dataDir, config.log.origin);
  const keys = await openNodeKeys(dataDir, origin);
  const neverStore = neverStoreOf(config.log.neverStore);
  const {
    store: opened,
    spill,
    recovered,
  } = await openRecoveredStore({
    dataDir,
    origin,
    node: newId('node'),
    keys,
    headFile: config.log.head.file ?? dataPaths(dataDir).checkpoint,
    payload: configuredPlace(config.log),
    now,
  });
  // Nothing below this line writes past it.
  const store: Store = { ...opened, ...neverStoring(opened, neverStore) };
  onRefusal(() => store.close());
  onRefusal(() => spill.close());
  if (recovered > 0) tell(`${recovered} calls were open when the gateway last stopped: recorded as unknown`);
  const begun = await begunArchive(store.readers.log);
  if (begun !== null) tell(begun);
  const receipts = await openReceipts({ config, origin, store, now, tell });
  onRefusal(() => receipts.close());
  const changed = await configChange(store, config, now());
  const manifest = await openKeyManifest(
    store,
    { dataDir, origin, checkpoint: keys.checkpointVkeys, receipt: receipts.issuer.vkey },
    now(),
  );
  const registry = await openRegistry(config, store, now);
  const { readers } = store;

  // The ports must be known before anything that names the gateway's own address is made; until all is, the answer is 503.
  const gate = createGate();
  const tls = await openListenerTls(config);
  onRefusal(() => tls.close());
  const { headerBytes } = config.limits;
  const data = await listen(gate.data, { ...config.dataPlane, headerBytes, tls: tls.data });
  onRefusal(() => data.close(0));
  const admin = await listen(gate.admin, { ...config.adminPlane, headerBytes, tls: tls.admin });
  onRefusal(() => admin.close(0));
  const grpc = await openGrpc(config, tls.grpc);
  onRefusal(() => grpc.close(0));
  const ownUrl = publicUrl(config, data.port);

  const publication = await openPublication({
    config,
    origin,
    vkeys: keys.checkpointVkeys,
    store,
    now,
    tell,
    onContradiction: (reason) => {
      if (config.log.stopWhenContradicted) health.fail(reason);
    },
  });
  onRefusal(() => publication.close());
  const peers = await openPeers({ config, origin, writer: store, now, tell });
  onRefusal(() => peers.close());
  const health = createHealth(
    () =>
      store.health().state === 'ok'
        ? publication.refusal()
        : (store.health().message ?? 'the log cannot be written'),
    (reason) => tell(`out of service: ${reason}`),
  );
  void store.died.then((reason) => health.fail(reason));
  const callTokens = createCallTokens({ key: keys.callToken, publicUrl: ownUrl, now });
  const upstreams = await openUpstreams({ config, registry, store, now, tell });
  onRefusal(() => upstreams.close());
  const { catalogs, pins } = upstreams;
  const policy = await openPolicy({ config, registry, store, catalogs, pins, now, tell });
  onRefusal(() => policy.close());
  const trials = openTrials({ dataDir, registry, store, catalogs, tools: upstreams.port, policy, now, tell });
  onRefusal(() => trials.close());
  const people = await openPeople(config, registry, store, now);
  const approvals = createApprovalEngine({
    writer: store,
    reads: approvalReads(readers),
    registry: people,
    now,
  });
  const changes = createChangeDesk({ writer: store, reads: readers.changes, registry: people, now });
  changes.register(policy.changes);
  const reviews = openReviews({ config, registry, store, changes, policy, now });
  onRefusal(() => reviews.close());
  const privacy = await openPrivacy({ config, dataDir, origin, store, registry, changes, now, tell });
  const traffic = createTraffic(store, now);
  const meters = createMeters({
    writer: store,
    reads: readers.meters,
    metering: () => policy.port.metering(),
    now,
  });
  const verifier = createVerifier({ now, fetch: (url, init) => fetch(url, init) });
  const pipeline: Deps = {
    now,
    settings: {
      holdMs: config.hold.maxSeconds * 1000,
      pendingPerAgent: config.hold.pendingPerAgent,
      exposureMs: config.exposure.windowHours * 3_600_000,
      responseBytes: config.limits.responseBytes,
    },
    writer: store,
    registry,
    identity: createIdentity({
      verifier,
      callTokens,
      reads: linkReads(readers),
    }),
    policy: policy.port,
    catalogs: upstreams.port,
    digestKey: keys.digest,
    neverStore,
    classifiers: classifiersOf(config.classifiers),
    reads: readers.exposure,
    masks: readers.masks,
    approvals,
    meters,
    send: upstreams.send,
    traffic,
    receipts: receipts.issuer,
    health,
    spill,
  };
  const dataPlane = openDataPlane({
    config,
    keys,
    now,
    registry,
    ports: { data: data.port, admin: admin.port },
    ownUrl,
    pipeline,
    readers,
    policy,
    upstreams,
    receipts,
    verifier,
    callTokens,
    grpc,
  });
  const { a2a, releases } = dataPlane;

  const follower = followLog(
    { database: dataPaths(dataDir).database, origin, size: () => store.health().size },
    now,
  );
  store.onCommitted(() => follower.more());
  const indexWatch = watchIndex(dataPaths(dataDir).database, now, (message) =>
    tell(`the index of calls was changed beside the gateway: ${message}; run \`countersign log fsck\``),
  );
  onRefusal(() => indexWatch.close());
  const sinks = await openSinks(config, { store, origin, version: VERSION, now, tell });
  onRefusal(() => sinks.close());
  const adminPlane = openAdminPlane({
    config,
    store,
    now,
    tell,
    ports: { data: data.port, admin: admin.port },
    ownUrl,
    registry,
    people,
    approvals,
    policy,
    changes,
    reviews,
    upstreams,
    trials,
    privacy,
    receipts,
    verifier,
    traffic,
    health,
    publication,
    peers,
    sinks,
    follower,
    indexWatch,
    grpc,
  });
  const { addresses } = adminPlane;

  await store.commit({
    entries: [startedEntry(config), ...changed.entries, ...keys.created, ...receipts.created],
    changes: [...changed.changes, ...manifest],
  });
  const clock = createClockWatch(store, { wall: now, monotonic: () => performance.now() });
  const adminToken = await ensureFirstToken({ dataDir, readers, writer: store, now: now() });
  const stopTimers = [
    every(FLUSH_MS, () => traffic.flush()),
    every(SWEEP_MS, () => approvals.sweep()),
    every(SWEEP_MS, () => changes.sweep()),
    every(SWEEP_MS, async () => void (await forgetExpired(pipeline, readers))),
    every(METER_SWEEP_MS, () => meters.sweep()),
    every(RETENTION_MS, () => privacy.tick()),
    every(CLOCK_LOOK_MS, () => clock.look()),
  ];
  publication.start();
  peers.start();
  await writeWhole(join(dataDir, 'endpoint.json'), `${JSON.stringify(addresses)}\n`);
  await trials.start();
  for (const each of releases) await each.start();
  gate.open(dataPlane.app.fetch, adminPlane.app.fetch);
  grpc.open(a2a);

  return {
    dataUrl: addresses.data,
    adminUrl: addresses.admin,
    grpcAddress: grpc.local,
    adminToken: adminToken ?? undefined,
    dataDir,
    died: store.died,
    async close() {
      for (const stop of stopTimers) stop();
      tls.close();
      await policy.close();
      await reviews.close();
      await trials.close();
      approvals.stopWaiting();
      await dataPlane.endStreams();
      // Nothing on the admin plane must be waited for: its live streams end when they are cut, and resume elsewhere.
      const held = releases.map((each) => each.stop());
      await Promise.all([data.close(GRACE_MS), grpc.close(GRACE_MS), admin.close(0), ...held]);
      await dataPlane.close();
      await traffic.flush();
      await upstreams.close();
      grpc.caller.close();
      await follower.close();
      await indexWatch.close();
      receipts.close();
      await peers.close();
      await store.commit({ entries: [stoppedEntry()] });
      await sinks.close();
      await publication.finish();
      await store.close();
      // Last: an outcome that comes too late for the store still has a place to go.
      spill.close();
      await stopTelemetry();
    },
  };
}

function overrides({ dataDir, host, port, adminPort }: ServeOptions): ConfigOverrides {
  return { data: dataDir, host, port, adminPort };
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
