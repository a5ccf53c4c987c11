// Makes a bare checkout runnable: installs exactly what the lock file names, then the Node that the project runs on.
// Runs on any Node >= 18, before anything is installed, so it may import nothing but Node itself.
// A no-op when nothing changed. `--tests` also makes sure that a Chromium is there for the console's tests.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.countersign-setup');

if (Number(process.versions.node.split('.')[0]) < 18) {
  fail(`Node ${process.versions.node} is too old to set up from: any Node from 18 on will do`);
}

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform}-${process.arch}`)
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  // A plain `npm ci` would run better-sqlite3's install script, which compiles although the package ships its binaries.
  step('installing the packages that package-lock.json names', 'npm', [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--loglevel=error',
  ]);
  // The one install script that is needed: it puts the Node binary in place.
  step('installing Node 24 for this checkout', 'npm', ['rebuild', 'node', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}
if (process.argv.includes('--tests')) ensureChromium();

function ensureChromium() {
  const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  if (process.env.CHROMIUM_PATH || known.some((path) => existsSync(path))) return;
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    say('no Chromium found: set CHROMIUM_PATH, or the console tests will fail');
    return;
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args) =>
    run([...sudo, 'apt-get', '-qq', ...args][0], [...sudo, 'apt-get', '-qq', ...args].slice(1));
  say('installing Chromium for the console tests');
  if (apt('update') !== 0 || apt('install', '-y', 'chromium') !== 0) {
    say('Chromium could not be installed: set CHROMIUM_PATH, or the console tests will fail');
  }
}

function step(what, command, args) {
  say(what);
  if (run(command, args) !== 0) fail(`\`${command} ${args.join(' ')}\` failed: see its output above`);
}

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    // Standard output is the caller's: `npm start -- --json` prints one object there and nothing else.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
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
