// One validated YAML file becomes one frozen Config, or the gateway does not start (DESIGN section 10). Secrets are
// not in here: they come from the environment or from files, at the moment they are used. docs/reference/config.md
// is the reader's side of this file.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import {
  closed,
  httpUrl,
  integer,
  isLoopbackHost,
  matching,
  oneOf,
  problemsOf,
  set,
  text,
} from './config/fields.ts';
import { classifiers } from './config/classifiers.ts';
import { deepFreeze } from './config/freeze.ts';
import { grpcKeys } from './config/grpc.ts';
import { oidc, type OidcConfig, oidcConfig, problemOfConsoleAddress, sessionKeys } from './config/oidc.ts';
import { policies, type PolicyOrigin, policyOrigin } from './config/policies.ts';
import { privacyKeys, privacyPaths } from './config/privacy.ts';
import { keyOf, type Problem } from './config/problems.ts';
import { checkPublication, publicationKeys, publicationPaths } from './config/publication.ts';
import { declassification, registryReview } from './config/review.ts';
import { push } from './config/push.ts';
import { sinkConfigs, sinks } from './config/sinks.ts';
import { tls, tlsPaths } from './config/tls.ts';
import { parseYaml } from './config/yaml.ts';
import { ok, type Result } from './errors.ts';
import type { SinkConfig } from './sinks/types.ts';

const MIB = 1024 * 1024;
const MAX_HOURS = 24 * 366;

const host = () =>
  matching(
    /^[a-z0-9.:-]{1,253}$/i,
    'a host name or an IP address, such as `127.0.0.1`, without port or brackets',
  );
const port = () => integer(0, 65_535, '0 lets the system choose');
const authority = () =>
  matching(
    /^[^\s/@?#`]{1,260}$/,
    'a host with its port as a client sends it, such as `gateway.example:8443`',
  );
const folder = () => text(4096, 'the path of a folder');

const origin = () =>
  httpUrl().refine((value) => URL.parse(value)?.href === `${URL.parse(value)?.origin}/`, {
    error: 'must be scheme, host and port only, such as `https://gateway.example`: remove the path',
  });

const Schema = closed({
  data: closed({ dir: folder().optional() }).prefault({}),
  dataPlane: closed({
    host: host().default('127.0.0.1'),
    port: port().default(4100),
    publicUrl: origin().optional(),
    allowedHosts: set(authority(), 100).default([]),
    allowedOrigins: set(origin(), 100).default([]),
    tls: tls(),
    grpc: grpcKeys(),
  }).prefault({}),
  adminPlane: closed({
    host: host().default('127.0.0.1'),
    port: port().default(4180),
    publicUrl: origin().nullable().default(null),
    allowedHosts: set(host(), 100).default([]),
    tls: tls(),
    sessions: sessionKeys().prefault({}),
    oidc: oidc().nullable().default(null),
  }).prefault({}),
  manifests: folder().nullable().default(null),
  policies: policies().nullable().default(null),
  log: closed({
    origin: matching(
      /^[a-z0-9][a-z0-9._/-]{0,127}$/,
      'a name of up to 128 lower-case letters, digits, `.`, `-`, `_` and `/`, such as `gateway.example/log`',
    ).optional(),
    head: closed({
      file: text(4096, 'the path of a file on another disk than the data folder').optional(),
    }).prefault({}),
    inclusionPromise: integer(2, 86_400, 'seconds').default(5),
    ...publicationKeys(),
    ...privacyKeys(),
  })
    .superRefine(checkPublication)
    .prefault({}),
  hold: closed({
    maxSeconds: integer(0, 3600, 'seconds; 0 answers "pending" at once').default(45),
    pendingPerAgent: integer(1, 10_000).default(20),
  }).prefault({}),
  registry: registryReview().prefault({}),
  stdio: closed({ commands: oneOf('never', 'folder', 'api').default('folder') }).prefault({}),
  exposure: closed({
    windowHours: integer(1, MAX_HOURS, 'hours').default(24),
    declassify: declassification().prefault({}),
  }).prefault({}),
  classifiers: classifiers().default([]),
  limits: closed({
    bodyBytes: integer(1024, 64 * MIB, 'bytes').default(4 * MIB),
    headerBytes: integer(4096, MIB, 'bytes').default(16 * 1024),
    jsonDepth: integer(4, 512).default(64),
    jsonKeys: integer(16, 1_000_000).default(10_000),
    responseBytes: integer(1024, 256 * MIB, 'bytes').default(16 * MIB),
    eventBytes: integer(1024, 64 * MIB, 'bytes').default(4 * MIB),
  }).prefault({}),
  upstreamTimeouts: closed({
    connectSeconds: integer(1, 120, 'seconds').default(5),
    headersSeconds: integer(1, 3600, 'seconds').default(300),
    idleSeconds: integer(0, 86_400, 'seconds; 0 never ends a silent stream').default(0),
  }).prefault({}),
  push: push().prefault({}),
  sinks: sinks().default([]),
  telemetry: closed({
    endpoint: httpUrl(),
    serviceName: text(128).default('countersign'),
  }).optional(),
});

type Parsed = z.infer<typeof Schema>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** Paths in it are absolute. */
export type Config = Frozen<
  Omit<Parsed, 'data' | 'dataPlane' | 'adminPlane' | 'log' | 'policies' | 'sinks' | 'telemetry'> & {
    /** The file it was read from, or null where all is default. */
    readonly file: string | null;
    readonly data: { dir: string };
    readonly dataPlane: Omit<Parsed['dataPlane'], 'publicUrl'> & { publicUrl: string | null };
    readonly adminPlane: Omit<Parsed['adminPlane'], 'oidc'> & { oidc: OidcConfig | null };
    readonly log: Omit<Parsed['log'], 'origin' | 'head' | 'payloadKey' | 'keyStore'> & {
      payloadKey: { env: string } | { file: string } | null;
      keyStore: string | null;
      origin: string | null;
      /** Null: in the data folder. */
      head: { file: string | null };
    };
    readonly policies: PolicyOrigin;
    readonly sinks: SinkConfig[];
    readonly telemetry: NonNullable<Parsed['telemetry']> | null;
  }
>;

/** What the command line says; it wins over the file. */
export interface ConfigOverrides {
  /** `--data` */
  readonly data?: string | undefined;
  /** `--host`: of the data plane only, so that nobody opens the admin plane to a network by accident. */
  readonly host?: string | undefined;
  /** `--port`: of the data plane. */
  readonly port?: string | number | undefined;
  /** `--admin-port` */
  readonly adminPort?: string | number | undefined;
}

const FLAGS = new Map([
  ['data.dir', '--data'],
  ['dataPlane.host', '--host'],
  ['dataPlane.port', '--port'],
  ['adminPlane.port', '--admin-port'],
]);

/**
 * Reads `file` (none: all defaults), applies the overrides and validates the whole. Paths in the file are relative to
 * the file; `--data`, and the default `./data`, to `cwd`. Fails with every problem found.
 */
export async function loadConfig(
  file: string | null,
  overrides: ConfigOverrides = {},
  cwd: string = process.cwd(),
): Promise<Result<Config, readonly Problem[]>> {
  const path = file === null ? null : resolve(cwd, file);
  const read = path === null ? ok(null) : await readDocument(path);
  if (!read.ok) return read;
  const written = withOverrides(read.value?.value ?? {}, overrides);
  const parsed = Schema.safeParse(written);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, written, {
      source: path,
      document: null,
      lineOf: (at) => read.value?.lineOf(at) ?? null,
    });
    return { ok: false, error: problems.map((problem) => fromFlag(problem, overrides)) };
  }
  const inFile = (value: string | null): string | null =>
    value === null ? null : resolve(path === null ? cwd : dirname(path), value);
  const {
    data,
    dataPlane,
    adminPlane,
    log,
    telemetry,
    manifests,
    policies: policiesFrom,
    ...others
  } = parsed.data;
  const { sinks: sinksTo, ...rest } = others;
  const config: Config = {
    ...rest,
    file: path,
    data: {
      dir:
        overrides.data === undefined
          ? (inFile(data.dir ?? null) ?? resolve(cwd, 'data'))
          : resolve(cwd, overrides.data),
    },
    dataPlane: {
      ...dataPlane,
      publicUrl: dataPlane.publicUrl === undefined ? null : new URL(dataPlane.publicUrl).origin,
      tls: tlsPaths(dataPlane.tls, (value) => inFile(value) ?? value),
      grpc: { ...dataPlane.grpc, tls: tlsPaths(dataPlane.grpc.tls, (value) => inFile(value) ?? value) },
    },
    adminPlane: {
      ...adminPlane,
      tls: tlsPaths(adminPlane.tls, (value) => inFile(value) ?? value),
      oidc: oidcConfig(adminPlane.oidc, (value) => inFile(value) ?? value),
    },
    manifests: inFile(manifests),
    policies: policyOrigin(policiesFrom, (value) => inFile(value) ?? value),
    log: {
      ...publicationPaths(log, (value) => inFile(value) ?? value),
      ...privacyPaths(log, (value) => inFile(value) ?? value),
      origin: log.origin ?? null,
      head: { file: inFile(log.head.file ?? null) },
    },
    sinks: [...sinkConfigs(sinksTo, (value) => inFile(value) ?? value)],
    telemetry: telemetry ?? null,
  };
  const unusable = problemOfPublicUrl(config) ?? problemOfConsoleAddress(config.adminPlane, path);
  return unusable === null ? ok(deepFreeze(config)) : { ok: false, error: [unusable] };
}

/** The gateway's own address as its callers know it, without a trailing slash; `port` is the one it listens on. */
export function publicUrl(config: Config, port: number): string {
  if (config.dataPlane.publicUrl !== null) return config.dataPlane.publicUrl;
  return `${schemeOf(config.dataPlane)}://${bracketed(config.dataPlane.host)}:${port}`;
}

/** The console's address as people know it, without a trailing slash; `port` is the one it listens on. */
export function consoleUrl({ adminPlane }: Config, listening: number): string {
  const { publicUrl: url, host: name } = adminPlane;
  return url === null ? `${schemeOf(adminPlane)}://${bracketed(name)}:${listening}` : new URL(url).origin;
}

/** How a listener is spoken to. */
export function schemeOf({ tls: files }: { readonly tls: object | null }): 'http' | 'https' {
  return files === null ? 'http' : 'https';
}

/** Host names, without port, by which the admin plane may be addressed besides loopback. */
export function adminHosts({
  adminPlane: { host: name, publicUrl: url, allowedHosts: more },
}: Config): readonly string[] {
  return [name, ...(url === null ? [] : [new URL(url).hostname]), ...more];
}

/** Values of `Host` that the data plane answers to. Anything else may be a rebound DNS name (protocols.md 1.3). */
export function allowedHosts(config: Config, port: number): ReadonlySet<string> {
  const names = new Set(config.dataPlane.allowedHosts.map((value) => value.toLowerCase()));
  names.add(new URL(publicUrl(config, port)).host);
  if (isLoopbackHost(config.dataPlane.host)) {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) names.add(`${name}:${port}`);
  }
  return names;
}

async function readDocument(path: string) {
  const problem = (message: string) => ({
    ok: false as const,
    error: [{ source: path, document: null, line: null, key: '', message }],
  });
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (fault) {
    const why = fault instanceof TypeError ? 'is not UTF-8 text' : `cannot be read (${codeOf(fault)})`;
    return problem(`the config file ${why}: correct it, or name another with \`--config\``);
  }
  const documents = parseYaml(content, path);
  if (!documents.ok) return documents;
  if (documents.value.length > 1) return problem('the config file holds several YAML documents: keep one');
  return ok(documents.value[0] ?? null);
}

function withOverrides(value: unknown, overrides: ConfigOverrides): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const merged: Record<string, unknown> = { ...value };
  const put = (section: string, key: string, override: unknown): void => {
    const before = merged[section] ?? {};
    if (override !== undefined && typeof before === 'object')
      merged[section] = { ...before, [key]: override };
  };
  put('data', 'dir', overrides.data);
  put('dataPlane', 'host', overrides.host);
  put('dataPlane', 'port', asNumber(overrides.port));
  put('adminPlane', 'port', asNumber(overrides.adminPort));
  return merged;
}

function asNumber(value: string | number | undefined): unknown {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
}

function fromFlag(problem: Problem, overrides: ConfigOverrides): Problem {
  const given = new Map<string, unknown>([
    ['data.dir', overrides.data],
    ['dataPlane.host', overrides.host],
    ['dataPlane.port', overrides.port],
    ['adminPlane.port', overrides.adminPort],
  ]);
  const flag = FLAGS.get(problem.key);
  return flag === undefined || given.get(problem.key) === undefined
    ? problem
    : { ...problem, source: flag, line: null };
}

// A token's audience is the public address, and cards name it; "every interface" is none, and guessing one would refuse every
// caller.
function problemOfPublicUrl(config: Config): Problem | null {
  const { host, publicUrl: url, grpc } = config.dataPlane;
  if (host !== '0.0.0.0' && host !== '::') return null;
  const missing = (key: readonly string[], example: string): Problem => ({
    source: config.file,
    document: null,
    line: null,
    key: keyOf(key),
    message: `\`${keyOf(key)}\` is missing while \`dataPlane.host\` is \`${host}\`: set it to the address that callers use, such as \`${example}\``,
  });
  if (url === null) return missing(['dataPlane', 'publicUrl'], 'https://gateway.example');
  if (grpc.port === null || grpc.address !== null) return null;
  return missing(['dataPlane', 'grpc', 'address'], 'gateway.example:443');
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown error';
}
