// The verifier in the two forms in which it leaves the gateway: as a package that runs on Node with nothing beside it, and as
// a module in a browser. Both are built here from the same code as the gateway's own.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Audit from '@countersign/audit';
import type { BundleReport } from '@countersign/audit';
import type { Browser } from 'playwright-core';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PAGE = `<!doctype html><title>verify</title>
<script type="module">import * as audit from '/audit.js'; globalThis.audit = audit;</script>`;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ran> {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const child = execFile(command, [...args], { cwd, env, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

export interface PackedVerifier {
  /** Where it was unpacked, with nothing installed beside it. */
  readonly folder: string;
  /** `countersign-verify <args>`, with no other program in reach. */
  verify(...args: string[]): Promise<Ran>;
  remove(): void;
}

/** Builds the package, packs it as it would be published, and unpacks that. Throws with what npm says where it cannot. */
export async function packVerifier(): Promise<PackedVerifier> {
  const [made, folder] = [
    mkdtempSync(join(tmpdir(), 'countersign-packed-')),
    mkdtempSync(join(tmpdir(), 'countersign-alone-')),
  ];
  const step = async (command: string, ...args: string[]): Promise<string> => {
    const ran = await run(command, args, made);
    if (ran.code !== 0) throw new Error(`${command}: ${ran.stderr}`);
    return ran.stdout;
  };
  try {
    await step(process.execPath, join(ROOT, 'scripts', 'build-verifier.ts'), join(made, 'built'));
    const packed = await step('npm', 'pack', './built', '--json', '--offline');
    const [tarball] = JSON.parse(packed) as { filename: string }[];
    await step('tar', '-xzf', tarball?.filename ?? '', '-C', folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  const main = join(folder, 'package', 'dist', 'cli', 'main.js');
  return {
    folder,
    verify: (...args) => run(process.execPath, [main, ...args], folder, { PATH: '' }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What an auditor brings to a browser. */
export interface Brought {
  /** A C2SP tlog-policy. */
  readonly trust: string;
  readonly external?: readonly string[];
  readonly requireWitness?: boolean;
}

export interface BrowserVerifier {
  /** The module that the browser has loaded. */
  readonly script: string;
  verify(bundle: string, brought: Brought): Promise<BundleReport>;
  close(): void;
}

/** Builds the verifier for browsers and opens it in one page. */
export async function openVerifierPage(browser: Browser): Promise<BrowserVerifier> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-web-'));
  await build({
    root: join(ROOT, 'packages', 'audit'),
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'audit' },
    },
  });
  const script = readFileSync(join(folder, 'audit.js'), 'utf8');
  rmSync(folder, { recursive: true, force: true });
  const server = createServer((request, response) => {
    const isScript = request.url === '/audit.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : PAGE);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForFunction(() => 'audit' in globalThis);
  return {
    script,
    verify: (bundle, { trust, external = [], requireWitness = false }) =>
      page.evaluate(
        async (given) => {
          const { audit } = globalThis as unknown as { audit: typeof Audit };
          const parsed = await audit.parseTrust(given.trust);
          if (!parsed.ok) throw new Error(parsed.error.message);
          const brought = { external: given.external, requireWitness: given.requireWitness };
          const chunks = [new TextEncoder().encode(given.bundle)];
          return audit.verifyBundle(chunks, { trust: parsed.value, ...brought });
        },
        { bundle, trust, external, requireWitness },
      ),
    close: () => void server.close(),
  };
}
