// Everything that people and their tools reach: the admin API, the console, and how the gateway itself stands.
import { fileURLToPath } from 'node:url';
import { createAdminApp } from '../admin/app.ts';
import { settingsView } from '../admin/settings-view.ts';
import type { createApprovalEngine } from '../approvals/engine.ts';
import { openRecorded } from '../archive/recorded.ts';
import { createExportDesk } from '../bundles/desk.ts';
import type { createChangeDesk } from '../changes/desk.ts';
import { adminHosts, type Config, consoleUrl, schemeOf } from '../config.ts';
import type { Verifier } from '../identity/verify.ts';
import type { Health } from '../pipeline/health.ts';
import type { Traffic } from '../pipeline/traffic.ts';
import { publicationGauges } from '../publication/gauges.ts';
import type { Registry } from '../registry/registry.ts';
import { indexGauge } from '../search/gauge.ts';
import type { watchIndex } from '../search/watch.ts';
import { sinkGauges } from '../sinks/gauges.ts';
import type { Store } from '../store/store.ts';
import type { followLog } from '../verification/follow.ts';
import { VERSION } from '../version.ts';
import { openAdminAccess, type openPeople } from './admin-access.ts';
import type { openGrpc } from './grpc.ts';
import type { openPeers } from './peers.ts';
import { openPermissions } from './permissions.ts';
import type { openPolicy } from './policy.ts';
import type { openPrivacy } from './privacy.ts';
import type { openPublication } from './publication.ts';
import type { openReceipts } from './receipts.ts';
import type { openReviews } from './reviews.ts';
import type { openSinks } from './sinks.ts';
import type { openTrials } from './trials.ts';
import type { openUpstreams } from './upstreams.ts';

type Opened<T extends (...all: never[]) => unknown> = Awaited<ReturnType<T>>;

interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly now: () => number;
  readonly tell: (message: string) => void;
  readonly ports: { readonly data: number; readonly admin: number };
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly ownUrl: string;
  readonly registry: Registry;
  readonly people: Opened<typeof openPeople>;
  readonly approvals: Opened<typeof createApprovalEngine>;
  readonly policy: Opened<typeof openPolicy>;
  readonly changes: Opened<typeof createChangeDesk>;
  readonly reviews: Opened<typeof openReviews>;
  readonly upstreams: Opened<typeof openUpstreams>;
  readonly trials: Opened<typeof openTrials>;
  readonly privacy: Opened<typeof openPrivacy>;
  readonly receipts: Opened<typeof openReceipts>;
  readonly verifier: Verifier;
  readonly traffic: Traffic;
  readonly health: Health;
  readonly publication: Opened<typeof openPublication>;
  readonly peers: Opened<typeof openPeers>;
  readonly sinks: Opened<typeof openSinks>;
  readonly follower: Opened<typeof followLog>;
  readonly indexWatch: Opened<typeof watchIndex>;
  readonly grpc: Opened<typeof openGrpc>;
}

export function openAdminPlane(parts: Parts) {
  const { config, store, now, tell, ports, ownUrl, registry, people, approvals } = parts;
  const { policy, changes, reviews, upstreams, trials, privacy, receipts, verifier, traffic } = parts;
  const { health, publication, peers, sinks, follower, indexWatch, grpc } = parts;
  const { readers } = store;
  const access = openAdminAccess({
    config,
    consoleUrl: consoleUrl(config, ports.admin),
    people,
    store,
    signInFailed: (reason) => traffic.signInFailed(reason),
    now,
    tell,
  });
  const addresses = {
    data: `${schemeOf(config.dataPlane)}://${hostOf(config.dataPlane.host)}:${ports.data}`,
    admin: `${schemeOf(config.adminPlane)}://${hostOf(config.adminPlane.host)}:${ports.admin}`,
  };
  const app = createAdminApp({
    ...access,
    now,
    readers,
    writer: store,
    onCommitted: (listener) => store.onCommitted(listener),
    registry: {
      current: () => people.current(),
      objects: () => registry.objects(),
      onChange: (listener) => registry.onChange(listener),
    },
    approvals,
    policies: policy,
    changes,
    registryDesk: reviews.registry,
    pins: upstreams.desk,
    catalogs: upstreams.catalogs,
    transports: upstreams.transports,
    permissions: openPermissions({ registry, policy, upstreams, store, now }),
    rehearsals: trials.rehearsals,
    shadow: trials.shadow,
    holds: privacy.holds,
    exports: createExportDesk({
      readers,
      archived: (signal) => openRecorded(readers, signal),
      writer: store,
      signNow: () => store.signNow(),
      signer: receipts.signer,
      now,
    }),
    verification: follower,
    index: indexWatch,
    fault: () => health.fault(),
    newestCheckpoint: () => publication.newest(),
    publication,
    gauges: () => [
      indexGauge(indexWatch.status()),
      ...publicationGauges(publication.held(), publication.standing(), now()),
      ...peers.gauges(),
      upstreams.mismatches(),
      ...sinkGauges(sinks.statuses()),
    ],
    concerns: () => [
      ...[receipts.overdue(), publication.overdue()].filter((why) => why !== null),
      ...peers.concerns(),
      ...sinks.concerns(),
    ],
    sinks: () => sinks.statuses(),
    settingsView: async () =>
      settingsView({
        config,
        version: VERSION,
        registry,
        verifier,
        signIn: access.signIn,
        data: { address: addresses.data, publicUrl: ownUrl },
        admin: { address: addresses.admin, publicUrl: access.settings.consoleUrl },
        grpc: grpc.local,
      }),
    settings: {
      ...access.settings,
      hosts: adminHosts(config),
      consoleDir: fileURLToPath(new URL('../../../console/dist', import.meta.url)),
    },
    report: (error) => tell(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  return { app, addresses };
}

function hostOf(host: string): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return reachable.includes(':') ? `[${reachable}]` : reachable;
}
