// The configuration, and how the parts of it do that others keep for us, as the settings page shows it. Built member by
// member: a key that is added to the configuration is not shown until somebody says so here.
import type { z } from '@hono/zod-openapi';
import { adminHosts, type Config } from '../config.ts';
import type { Verifier } from '../identity/verify.ts';
import type { Issuer, RegistrySnapshot } from '../registry/types.ts';
import type { SinkConfig } from '../sinks/types.ts';
import { CALLBACK_PATH, type ProviderStatus } from './oidc/provider.ts';
import type { IssuerSetting, OidcSetting, Settings } from './schemas/settings.ts';
import { isoTime, isoTimeOrNull } from './view.ts';

export type SettingsView = z.infer<typeof Settings>;

export interface SettingsParts {
  readonly config: Config;
  readonly version: string;
  readonly registry: { current(): Pick<RegistrySnapshot, 'issuers'> };
  readonly verifier: Pick<Verifier, 'keysOf'>;
  readonly signIn: { status(): ProviderStatus } | null;
  /** Addresses that are listened on, and those that others know; null where no gRPC is taken. */
  readonly data: { readonly address: string; readonly publicUrl: string };
  readonly admin: { readonly address: string; readonly publicUrl: string };
  readonly grpc: string | null;
}

export function settingsView(parts: SettingsParts): SettingsView {
  const { config, version, registry, verifier, data, admin, grpc } = parts;
  const { log, limits, hold } = config;
  return {
    version,
    configFile: config.file,
    listeners: {
      data: { address: data.address, publicUrl: data.publicUrl },
      admin: {
        address: admin.address,
        publicUrl: admin.publicUrl,
        hosts: [...adminHosts(config)],
      },
      grpc: grpc === null ? null : { address: grpc },
    },
    issuers: [...registry.current().issuers.values()].map((issuer) => issuerView(issuer, verifier)),
    signIn: { oidc: oidcView(parts), sessions: { ...config.adminPlane.sessions } },
    receivers: config.sinks.map(receiverView),
    retention: {
      payloads: log.retention.map(ruleView),
      headers: log.headerRetention,
      erasure: termsView(log.erasure),
    },
    keys: {
      manifest: '/api/v1/log/keys',
      payloadKey: log.payloadKey === null ? 'data folder' : 'env' in log.payloadKey ? 'env' : 'file',
      keyStore: log.keyStore ?? 'data folder',
    },
    reviews: {
      policies:
        config.policies.kind === 'published' && config.policies.review !== null
          ? termsView(config.policies.review)
          : null,
      registry: config.registry.review === 'off' ? null : termsView(config.registry),
      declassification: termsView(config.exposure.declassify),
    },
    limits: {
      ...limits,
      'hold.maxSeconds': hold.maxSeconds,
      'hold.pendingPerAgent': hold.pendingPerAgent,
      ...Object.fromEntries(
        Object.entries(config.upstreamTimeouts).map(([key, value]) => [`upstreamTimeouts.${key}`, value]),
      ),
    },
  };
}

function issuerView(issuer: Issuer, verifier: Pick<Verifier, 'keysOf'>): z.infer<typeof IssuerSetting> {
  const { uid, name, kind, assurance, maxTokenAgeSeconds, clockToleranceSeconds, keys } = issuer;
  const { count, fetchedAt, failure } = verifier.keysOf(issuer);
  return {
    uid,
    name,
    issuer: issuer.issuer,
    kind,
    algorithms: [...issuer.algorithms],
    types: [...issuer.types],
    agentClaim: [...issuer.agentClaim],
    assurance,
    maxTokenAgeSeconds,
    clockToleranceSeconds,
    audiences: [...issuer.audiences],
    keys: {
      source: keys.kind === 'static' ? 'manifest' : 'url',
      url: keys.kind === 'static' ? null : keys.url,
      state: failure !== null ? 'failing' : count === null ? 'unknown' : 'ready',
      count,
      fetchedAt: isoTimeOrNull(fetchedAt),
      failure,
    },
  };
}

function oidcView({ config, signIn, admin }: SettingsParts): z.infer<typeof OidcSetting> | null {
  const { oidc } = config.adminPlane;
  if (oidc === null || signIn === null) return null;
  const { name, issuer, clientId, clientSecret, userClaim, groupsClaim, contact } = oidc;
  const { state, since, reason } = signIn.status();
  return {
    name,
    issuer,
    clientId,
    clientSecret: clientSecret === null ? 'none' : 'env' in clientSecret ? 'env' : 'file',
    redirectUri: `${admin.publicUrl}${CALLBACK_PATH}`,
    scopes: [...oidc.scopes],
    userClaim,
    groupsClaim,
    roles: Object.entries(oidc.roles).map(([group, roles]) => ({ group, roles: [...roles] })),
    groups: Object.entries(oidc.groups).map(([group, groups]) => ({ group, groups: [...groups] })),
    contact,
    recheckMinutes: oidc.recheckMinutes,
    shortSessionMinutes: oidc.shortSessionMinutes,
    membershipHours: oidc.membershipHours,
    state,
    since: isoTime(since),
    reason,
  };
}

function receiverView(sink: SinkConfig): SettingsView['receivers'][number] {
  const { name, kind, details } = sink;
  switch (sink.kind) {
    case 'syslog-cef':
      return {
        name,
        kind,
        destination: `${sink.host}:${sink.port} (${sink.transport})`,
        credential: null,
        details: [...details],
      };
    case 'otlp':
    case 'webhook-jsonl': {
      // SECURITY: receivers are given secrets in their addresses, too: of a path, only that there is one.
      const { origin, pathname } = new URL(sink.url);
      const destination = pathname === '/' ? origin : `${origin}/…`;
      return { name, kind, destination, credential: sink.tokenEnv, details: [...details] };
    }
    case 'file-jsonl':
      return { name, kind, destination: sink.path, credential: null, details: [...details] };
  }
}

function ruleView(rule: object): Record<string, string> {
  const given = Object.entries(rule).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}

function termsView({
  group,
  quorum,
  expiresHours,
}: {
  readonly group: string | null;
  readonly quorum: number;
  readonly expiresHours: number;
}) {
  return { group, quorum, expiresHours };
}
