// Makes a bare checkout runnable: installs exactly what the lock file names, then the Node that the project runs on.
// Runs on any Node >= 18, before anything is installed, so it may import nothing but Node itself.
// A no-op when nothing changed. `--tests` also makes sure that a Chromium is there for the console's tests, and a tracer for those of the log.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.countersign-setup');

const major = Number(process.versions.node.split('.')[0]);
if (major < 18) {
  fail(`Node ${process.versions.node} is too old to set up from: any Node from 18 on will do`);
}

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  install(process.env);
  // npm leaves out native packages that do not support the Node it runs on itself. The one just installed is new enough.
  if (leftOut().length > 0) onInstalledNode(install);
  const missing = leftOut();
  if (missing.length > 0) fail(`npm left out ${missing.join(', ')}: delete node_modules and try a newer npm`);
  writeFileSync(stamp, wanted);
}
if (process.argv.includes('--tests')) {
  ensureChromium();
  ensureTracer();
}

function install(env) {
  // A plain `npm ci` would run better-sqlite3's install script, which compiles although the package ships its binaries.
  const ci = ['ci', '--ignore-scripts', '--no-audit', '--loglevel=error'];
  step('installing the packages that package-lock.json names', 'npm', ci, env);
  // The one install script that is needed: it puts the Node binary in place. Where there is none, a new system Node serves.
  say('installing Node 24 for this checkout');
  if (run('npm', ['rebuild', 'node', '--loglevel=error'], env) !== 0 && major < 24) {
    fail('there is no Node 24 binary for this platform: install Node 24 or newer and try again');
  }
}

/** Optional packages of the lock file that are for this platform and are not there. */
function leftOut() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const libc = process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  const fits = (list, value) => list === undefined || list.includes(value);
  return Object.entries(packages)
    .filter(([, { optional, os, cpu }]) => optional && os !== undefined && cpu !== undefined)
    .filter(([, it]) => fits(it.os, process.platform) && fits(it.cpu, process.arch))
    .filter(([, it]) => process.platform !== 'linux' || fits(it.libc, libc))
    .map(([path]) => path)
    .filter((path) => !existsSync(join(root, path)));
}

/** Runs `work` with the Node that was just installed first on the path, from a copy: installing removes the original. */
function onInstalledNode(work) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-setup-'));
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  copyFileSync(join(root, 'node_modules', 'node', 'bin', name), join(folder, name));
  try {
    work({ ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ensureChromium() {
  const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  if (process.env.CHROMIUM_PATH || known.some((path) => existsSync(path))) return;
  fromSystem('chromium', 'set CHROMIUM_PATH, or the console tests will fail');
}

/** Makes system calls fail, for the tests of what the log does then. */
function ensureTracer() {
  if (process.platform !== 'linux' || existsSync('/usr/bin/strace')) return;
  fromSystem('strace', 'install it, or the tests that make system calls fail will fail');
}

function fromSystem(name, otherwise) {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    say(`no ${name} found: ${otherwise}`);
    return;
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', '-qq', ...args];
    return run(command, rest);
  };
  say(`installing ${name} for the tests`);
  if (apt('update') !== 0 || apt('install', '-y', name) !== 0)
    say(`${name} could not be installed: ${otherwise}`);
}

function step(what, command, args, env) {
  say(what);
  if (run(command, args, env) !== 0) fail(`\`${command} ${args.join(' ')}\` failed: see its output above`);
}

function run(command, args, env = process.env) {
  const result = spawnSync(command, args, {
    cwd: root,
    // Standard output is the caller's: `npm start -- --json` prints one object there and nothing else.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status ?? 1;
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
