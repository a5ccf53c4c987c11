// Builds the stand-alone verifier: the log's own package, compiled to JavaScript, as a folder that can be packed and run
// on Node alone. Nothing in it is written twice, so that it cannot disagree with the gateway.
//   node scripts/build-verifier.ts <folder>
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'packages', 'audit');

const README = `# countersign-verify

Verifies proof bundles of Countersign audit logs: offline, with Node 22 or newer and nothing else.

    countersign-verify bundle.jsonl --trust policy.txt

The trust policy (C2SP tlog-policy) says whose checkpoints you believe. Get it from somebody other than whoever made the
bundle. The report says level by level what holds, and what is not proven; decisions are not made again here, since that
takes the policy engine: \`countersign verify\` does so.
`;

function main(folder: string | undefined): void {
  if (folder === undefined)
    throw new Error('name the folder to build into: node scripts/build-verifier.ts <folder>');
  const out = resolve(folder);
  rmSync(join(out, 'dist'), { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const project = join(source, 'tsconfig.build.json');
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', join(out, 'dist')], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) throw new Error(`it does not compile:\n${compiled.stdout}${compiled.stderr}`);
  chmodSync(join(out, 'dist', 'cli', 'main.js'), 0o755);
  const { version, license } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    version: string;
    license: string;
  };
  const manifest = {
    name: 'countersign-verify',
    version,
    description: 'Verifies proof bundles of Countersign audit logs, offline',
    license,
    type: 'module',
    bin: { 'countersign-verify': 'dist/cli/main.js' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    imports: { '#sha256': { node: './dist/sha256-node.js', default: './dist/sha256-pure.js' } },
    files: ['dist'],
    engines: { node: '>=22' },
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(out, 'README.md'), README);
  copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
}

main(process.argv[2]);
