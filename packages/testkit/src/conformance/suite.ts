// Runs the official conformance suite as published and reads what it found.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Revision = '2025-11-25' | '2026-07-28';

export interface Check {
  readonly id: string;
  readonly name: string;
  /** `SUCCESS`, `FAILURE`, `WARNING` and `SKIPPED` are verdicts; `INFO` only tells what happened. */
  readonly status: string;
  readonly errorMessage?: string;
}

export interface SuiteRun {
  /** Scenario → its checks, in the order of the suite. */
  readonly scenarios: ReadonlyMap<string, readonly Check[]>;
  /** Scenarios that the revision does not count, and why. */
  readonly unscored: ReadonlyMap<string, string>;
  /** Every scored scenario passed. */
  readonly passed: boolean;
  /** What the suite printed, for messages about failures. */
  readonly output: string;
}

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const CLIENTS = {
  direct: new URL('./client.ts', import.meta.url),
  through: new URL('./client-through.ts', import.meta.url),
} as const;
const preload = new URL('./inject-token.ts', import.meta.url).href;
const SUITE_LIMIT_MS = 300_000;

/**
 * Runs the scenarios for servers against `url`.
 *
 * @param token sent with each request, if given.
 */
export async function runServerScenarios(revision: Revision, url: string, token?: string): Promise<SuiteRun> {
  const env: Record<string, string> =
    token === undefined
      ? {}
      : {
          NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${preload}`.trim(),
          CONFORMANCE_TOKEN: token,
          CONFORMANCE_ORIGIN: new URL(url).origin,
        };
  return run(['server', '--url', url, '--requirements', revision], env);
}

/**
 * Runs the scenarios for clients but those of `auth/`: they are about the OAuth dance of a client with its own server, which
 * a gateway that is the resource server itself takes part in by design.
 *
 * @param client `through` finds its gateway in the environment.
 */
export async function runClientScenarios(
  revision: Revision,
  client: keyof typeof CLIENTS,
  env: Readonly<Record<string, string>> = {},
): Promise<SuiteRun> {
  const { all, unscored } = await clientScenarios(revision);
  // The suite splits this at its spaces, so that it cannot hold a path.
  const command = `node ${basename(CLIENTS[client].pathname)}`;
  const scenarios = new Map<string, readonly Check[]>();
  let passed = true;
  let output = '';
  for (const scenario of all) {
    const only = ['--scenario', scenario, '--spec-version', revision];
    const ran = await run(['client', '--command', command, ...only], env);
    for (const [name, checks] of ran.scenarios) scenarios.set(name, checks);
    passed &&= ran.passed || unscored.has(scenario);
    output += ran.output;
  }
  return { scenarios, unscored, passed, output };
}

async function clientScenarios(revision: Revision) {
  const { output } = await execute(['list', '--requirements', revision], {});
  const [required = '', others = ''] = output.split('Run and reported, but never scored:');
  const [, ofClients = ''] = required.split('Client scenarios');
  const scored = [...ofClients.matchAll(/^ {2}- (?<name>\S+)$/gm)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  const unscored = new Map<string, string>();
  let why = '';
  for (const line of others.split('\n')) {
    const { reason, name } =
      /^ {2}(?:(?<reason>[\w-]+) \(\d+\):| {2}- (?<name>\S+) \[client\])$/.exec(line)?.groups ?? {};
    why = reason ?? why;
    if (name !== undefined && !isAuthorization(name)) unscored.set(name, why);
  }
  return { all: [...scored.filter((name) => !isAuthorization(name)), ...unscored.keys()], unscored };
}

const isAuthorization = (scenario: string): boolean => scenario.startsWith('auth/');

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<SuiteRun> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const { code, output } = await execute([...args, '--output-dir', folder], env);
    const scenarios = await readResults(folder);
    if (scenarios.size === 0)
      throw new Error(`the conformance suite ran no scenario:\n${output.slice(-4096)}`);
    return { scenarios, unscored: unscoredIn(output), passed: code === 0, output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function execute(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; output: string }>();
  execFile(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', suite, ...args],
    {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
        ...env,
      },
      maxBuffer: 64 * 1024 * 1024,
      timeout: SUITE_LIMIT_MS,
    },
    (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error === null) resolve({ code: 0, output });
      else if (typeof error.code === 'number') resolve({ code: error.code, output });
      else reject(new Error(`the conformance suite was ended:\n${output.slice(-4096)}`, { cause: error }));
    },
  );
  return promise;
}

/** One folder for each scenario: `server-<scenario>-<time>/checks.json`. */
async function readResults(folder: string): Promise<Map<string, Check[]>> {
  const scenarios = new Map<string, Check[]>();
  for (const name of (await readdir(folder)).toSorted()) {
    const scenario = /^(?:server-|client-)?(?<name>.+?)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.groups?.[
      'name'
    ];
    if (scenario === undefined) continue;
    const checks = await readFile(join(folder, name, 'checks.json'), 'utf8');
    scenarios.set(scenario, JSON.parse(checks) as Check[]);
  }
  return scenarios;
}

/** The lines at the end of the output: `  ✓ ping (added-after-release)`. */
function unscoredIn(output: string): Map<string, string> {
  const [, part = ''] = output.split('Not scored for');
  const lines = part.matchAll(/^\s+[✓✗] (?<scenario>\S+) \((?<why>[\w-]+)\)$/gm);
  return new Map([...lines].map(({ groups }) => [groups?.['scenario'] ?? '', groups?.['why'] ?? '']));
}
