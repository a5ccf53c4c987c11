import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeProblems } from './config/problems.ts';
import {
  adminHosts,
  allowedHosts,
  type Config,
  type ConfigOverrides,
  consoleUrl,
  loadConfig,
  publicUrl,
} from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(yaml: string): string {
  const file = join(folder, `config-${files++}.yaml`);
  writeFileSync(file, yaml);
  return file;
}

async function load(yaml: string, overrides: ConfigOverrides = {}): Promise<Config> {
  const loaded = await loadConfig(write(yaml), overrides, '/srv');
  if (!loaded.ok) throw new Error(describeProblems(loaded.error));
  return loaded.value;
}

async function complaint(yaml: string, overrides: ConfigOverrides = {}): Promise<string> {
  const loaded = await loadConfig(write(yaml), overrides, '/srv');
  if (loaded.ok) throw new Error('expected the config to be refused');
  return describeProblems(loaded.error);
}

describe('config', () => {
  test('has a safe default for everything', async () => {
    const loaded = await loadConfig(null, {}, '/srv');
    expect(loaded).toEqual({
      ok: true,
      value: {
        file: null,
        data: { dir: '/srv/data' },
        dataPlane: {
          tls: null,
          host: '127.0.0.1',
          port: 4100,
          publicUrl: null,
          allowedHosts: [],
          allowedOrigins: [],
          grpc: { port: null, address: null, tls: null },
        },
        adminPlane: {
          host: '127.0.0.1',
          port: 4180,
          publicUrl: null,
          allowedHosts: [],
          tls: null,
          sessions: { hours: 8, idleMinutes: 60, freshMinutes: 15 },
          oidc: null,
        },
        manifests: null,
        classifiers: [],
        policies: { kind: 'unset' },
        log: {
          origin: null,
          head: { file: null },
          headerRetention: 'never',
          inclusionPromise: 5,
          witnesses: [],
          quorum: 0,
          anchors: [],
          timestamps: [],
          peers: [],
          peerSeconds: 3600,
          publishSeconds: 60,
          maxUnwitnessed: 0,
          stopWhenUnwitnessed: false,
          stopWhenContradicted: true,
          payloadKey: null,
          keyStore: null,
          neverStore: { members: [], patterns: [], cardNumbers: true },
          erasure: { group: null, quorum: 1, expiresHours: 168 },
          retention: [],
        },
        hold: { maxSeconds: 45, pendingPerAgent: 20 },
        registry: { review: 'off', group: null, quorum: 1, expiresHours: 168 },
        stdio: { commands: 'folder' },
        exposure: { windowHours: 24, declassify: { group: null, quorum: 1, expiresHours: 168 } },
        limits: {
          bodyBytes: 4_194_304,
          headerBytes: 16_384,
          jsonDepth: 64,
          jsonKeys: 10_000,
          responseBytes: 16_777_216,
          eventBytes: 4_194_304,
        },
        upstreamTimeouts: { connectSeconds: 5, headersSeconds: 300, idleSeconds: 0 },
        push: {
          hosts: [],
          ports: [443, 8443],
          perAgent: 100,
          attempts: 5,
          timeoutSeconds: 10,
          development: false,
        },
        sinks: [],
        telemetry: null,
      },
    });
  });

  test('is frozen to its leaves', async () => {
    const config = await load('dataPlane: {allowedHosts: [a.example]}');
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.limits)).toBe(true);
    expect(Object.isFrozen(config.dataPlane.allowedHosts)).toBe(true);
  });

  test('reads paths relative to the file and command-line paths relative to the working folder', async () => {
    const config = await load('data: {dir: state}\nmanifests: registry\npolicies: ../policies');
    expect(config.data.dir).toBe(join(folder, 'state'));
    expect(config.manifests).toBe(join(folder, 'registry'));
    expect(config.policies).toEqual({ kind: 'folder', folder: join(folder, '..', 'policies') });
    expect((await load('data: {dir: state}', { data: 'elsewhere' })).data.dir).toBe('/srv/elsewhere');
    expect((await load('hold: {maxSeconds: 0}')).data.dir).toBe('/srv/data');
  });

  test('takes policies from a folder, or from people who publish them', async () => {
    const from = async (yaml: string) => (await load(yaml)).policies;
    expect(await from('policies: null')).toEqual({ kind: 'unset' });
    expect(await from('policies: {group: policy-reviewers}')).toEqual({
      kind: 'published',
      review: { group: 'policy-reviewers', quorum: 1, expiresHours: 168 },
    });
    expect(await from('policies: {review: off}')).toEqual({ kind: 'published', review: null });
  });

  test('lets the command line win over the file', async () => {
    const config = await load('dataPlane: {port: 1, host: localhost}', {
      port: '0',
      adminPort: 0,
      host: '::1',
    });
    expect(config.dataPlane).toMatchObject({ port: 0, host: '::1' });
    expect(config.adminPlane).toMatchObject({ host: '127.0.0.1', port: 0 });
  });

  test('derives the address of the console from the port that is really listened on, unless it is told', async () => {
    expect(consoleUrl(await load('adminPlane: {port: 0}'), 51_234)).toBe('http://127.0.0.1:51234');
    const told = await load('adminPlane: {publicUrl: "https://Console.example/"}');
    expect(consoleUrl(told, 1)).toBe('https://console.example');
    expect(adminHosts(told)).toEqual(['127.0.0.1', 'console.example']);
    expect(await complaint('adminPlane: {publicUrl: "https://console.example/x"}')).toContain(
      'remove the path',
    );
  });

  test('derives the public address from the port that is really listened on', async () => {
    expect(publicUrl(await load('dataPlane: {port: 0}'), 51_234)).toBe('http://127.0.0.1:51234');
    expect(publicUrl(await load('dataPlane: {host: "::1"}'), 4100)).toBe('http://[::1]:4100');
    const named = await load('dataPlane: {publicUrl: "https://Gateway.example/"}');
    expect(publicUrl(named, 4100)).toBe('https://gateway.example');
  });

  test('answers to loopback names only while it listens on loopback', async () => {
    const local = allowedHosts(await load('dataPlane: {allowedHosts: ["Alias.example:1"]}'), 4100);
    expect([...local].sort()).toEqual(['127.0.0.1:4100', '[::1]:4100', 'alias.example:1', 'localhost:4100']);
    const open = await load('dataPlane: {host: 0.0.0.0, publicUrl: "https://gateway.example"}');
    expect([...allowedHosts(open, 4100)]).toEqual(['gateway.example']);
  });

  test.each([
    [
      'an unknown key',
      'dataPlane:\n  prot: 4100',
      ':2: unknown key `dataPlane.prot` with value `4100`: did you mean `port`; allowed here: `host`, `port`,',
    ],
    [
      'an unknown section',
      'tls: {}',
      ':1: unknown key `tls` with value `{}`: remove it; allowed here: `data`',
    ],
    [
      'a review without reviewers',
      'policies:\n  review: required',
      '`policies.group` is missing: it must name the group whose members review what is published; or set `review: off`',
    ],
    [
      'an unknown key of publishing',
      'policies:\n  reveiw: off\n  group: x',
      ':2: unknown key `policies.reveiw` with value `off`: did you mean `review`; allowed here: `review`, `group`,',
    ],
    [
      'policies that are neither a folder nor a map',
      'policies: 7',
      '`policies` is `7`: it must be the path of a folder, or a map with the keys `review`,',
    ],
    [
      'a value of the wrong type',
      'limits:\n  jsonDepth: deep',
      ':2: `limits.jsonDepth` is `deep`: it must be an integer from 4 to 512',
    ],
    [
      'a port beyond the range',
      'adminPlane: {port: 70000}',
      '`adminPlane.port` is `70000`: it must be an integer from 0 to 65535 (0 lets the system choose)',
    ],
    [
      'a number that is not finite',
      'hold: {maxSeconds: 1e400}',
      '`hold.maxSeconds` is `Infinity`: it must be an integer from 0 to 3600',
    ],
    [
      'an unbounded window',
      'exposure: {windowHours: 0}',
      '`exposure.windowHours` is `0`: it must be an integer from 1',
    ],
    [
      'a public URL with a path',
      'dataPlane: {publicUrl: "https://gateway.example/mcp"}',
      '`dataPlane.publicUrl` is `https://gateway.example/mcp`: it must be scheme, host and port only',
    ],
    [
      'a URL that is no web address',
      'telemetry: {endpoint: "file:///etc/passwd"}',
      '`telemetry.endpoint` is `file:///etc/passwd`: it must be an http or https URL',
    ],
    [
      'telemetry without its endpoint',
      'telemetry: {}',
      '`telemetry.endpoint` is missing: it must be an http',
    ],
    [
      'every interface without a public address',
      'dataPlane: {host: 0.0.0.0}',
      '`dataPlane.publicUrl` is missing while `dataPlane.host` is `0.0.0.0`: set it to the address that callers use',
    ],
    ['TLS without a key', 'dataPlane: {tls: {certFile: cert.pem}}', '`dataPlane.tls.keyFile` is missing'],
    [
      'gRPC on every interface without an address',
      'dataPlane: {host: 0.0.0.0, publicUrl: "https://gateway.example", grpc: {port: 4101}}',
      '`dataPlane.grpc.address` is missing while `dataPlane.host` is `0.0.0.0`',
    ],
    [
      'a duplicate key',
      'hold: {}\nhold: {}',
      ':2 (document 1): not valid YAML at column 1, in `hold: {}`: map keys must be unique',
    ],
    ['an unknown tag', 'manifests: !env HOME', 'unresolved tag: !env'],
    ['two documents', 'hold: {}\n---\nhold: {}', 'holds several YAML documents: keep one'],
    ['a list for a map', '- hold', 'the document` is `["hold"]`: it must be a map with the keys'],
    ['a prototype key', '__proto__: {hold: 1}', 'the key `__proto__` is not allowed: remove it'],
  ])('refuses %s with the key, the value and the fix', async (_, yaml, message) => {
    expect(await complaint(yaml)).toContain(message);
  });

  test('names all problems at once', async () => {
    const problems = await complaint('hold: {maxSeconds: -1}\nlimits: {jsonKeys: 1}');
    expect(problems.split('\n')).toHaveLength(2);
  });

  test('never shows the credentials of a URL', async () => {
    const message = await complaint('telemetry: {endpoint: "https://me:secret@collector.example"}');
    expect(message).toContain('must not hold credentials');
    expect(message).not.toContain('secret');
  });

  test('blames the flag for a value that the command line gave', async () => {
    expect(await complaint('hold: {maxSeconds: 1}', { port: '99999' })).toContain(
      '--port: `dataPlane.port` is `99999`',
    );
    expect(await complaint('hold: {maxSeconds: 1}', { adminPort: 'http' })).toContain(
      '--admin-port: `adminPlane.port` is `http`',
    );
  });

  test('stops where the file cannot be read', async () => {
    const loaded = await loadConfig('nowhere.yaml', {}, folder);
    expect(loaded).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('(ENOENT)') }] });
  });

  test('refuses an alias bomb without unfolding it', async () => {
    const level = (n: number) =>
      `l${n}: &l${n} [${Array.from({ length: 10 }, () => `*l${n - 1}`).join(', ')}]`;
    const bomb = ['l0: &l0 [x]', ...Array.from({ length: 9 }, (_, i) => level(i + 1))].join('\n');
    expect(await complaint(bomb)).toContain('too many aliases');
  });

  test('is documented key by key, with its defaults', async () => {
    const document = readFileSync(new URL('../../../docs/reference/config.md', import.meta.url), 'utf8');
    const rows = [...document.matchAll(/^\| `([A-Za-z.]+)` \| (.+?) \|/gm)].map(
      (row) => [row[1], row[2]] as const,
    );
    const wrong = await complaint('x: 1\ntelemetry: {x: 1, endpoint: "http://x"}\npolicies: {x: 1}');
    const sections = {
      '': await load('{}'),
      telemetry: allowedIn(wrong, 'telemetry.x'),
      policies: allowedIn(wrong, 'policies.x'),
    };
    const keys = new Set(allowedIn(wrong, 'x').flatMap((section) => leavesOf(section, sections)));
    expect(new Set(rows.map(([key]) => key))).toEqual(keys);
    const defaults = rows.map(([key = '']) => [key, writtenDefault(key, sections[''])] as const);
    const documented = rows.map(
      ([key, written], at) => [key, defaults[at]?.[1] === null ? null : written] as const,
    );
    expect(documented).toEqual(defaults);
    const { policies } = await load('policies: {group: g}');
    const { review } = policies.kind === 'published' ? policies : { review: null };
    expect(review).toMatchObject({
      quorum: Number(new Map(rows).get('policies.quorum')?.replaceAll('`', '')),
      expiresHours: Number(new Map(rows).get('policies.expiresHours')?.replaceAll('`', '')),
    });
  });
});

function allowedIn(complaint: string, key: string): string[] {
  const line = complaint.split('\n').find((candidate) => candidate.includes(`unknown key \`${key}\``));
  return [...(line?.split('allowed here: ')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
}

function leavesOf(
  section: string,
  known: {
    readonly '': Config;
    readonly telemetry: readonly string[];
    readonly policies: readonly string[];
  },
): string[] {
  if (section === 'telemetry') return known.telemetry.map((key) => `telemetry.${key}`);
  // Either one value or a map.
  if (section === 'policies') return [section, ...known.policies.map((key) => `policies.${key}`)];
  return leavesIn(known[''][section as keyof Config], section);
}

function leavesIn(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at];
  return Object.entries(value).flatMap(([key, member]) => leavesIn(member, `${at}.${key}`));
}

// Text and absent values are documented in words; numbers and lists as they are.
function writtenDefault(key: string, config: Config): string | null {
  const value = key
    .split('.')
    .reduce<unknown>((at, part) => (at as Readonly<Record<string, unknown>> | null)?.[part], config);
  return typeof value === 'number' || Array.isArray(value) ? `\`${JSON.stringify(value)}\`` : null;
}
