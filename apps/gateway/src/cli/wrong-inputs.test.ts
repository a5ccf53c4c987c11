// What a new user gets wrong: every message says what happened, to what, and how to mend it, without a stack.
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineError } from './exit.ts';
import { runCommand } from './testing/command-line.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'countersign-wrong-'));
  const garbage = Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 167 + 13) % 256));
  await writeFile(join(cwd, 'garbage'), garbage);
  await writeFile(join(cwd, 'nothing'), '');
  await writeFile(join(cwd, 'text'), 'hello\n');
  await writeFile(join(cwd, 'half'), '{"');
  await symlink('nowhere', join(cwd, 'dangling'));
  for (const folder of ['empty', 'torn', 'null', 'broken']) await mkdir(join(cwd, folder));
  await writeFile(join(cwd, 'torn', 'endpoint.json'), '{"admin":');
  await writeFile(join(cwd, 'null', 'endpoint.json'), 'null');
  await writeFile(join(cwd, 'broken', 'countersign.db'), garbage);
});
afterAll(() => rm(cwd, { recursive: true }));

test.each<[line: string, code: 1 | 2, message: RegExp]>([
  ['calls list --data empty', 2, /no gateway found: .*endpoint\.json` is not there; start one with/],
  ['calls list --data torn', 2, /endpoint\.json` is not what a gateway writes: start the gateway again/],
  ['calls list --data null', 2, /endpoint\.json` is not what a gateway writes: start the gateway again/],
  ['calls list --data torn --url http://127.0.0.1:9 --token x', 2, /no gateway answers at/],
  ['apply -f empty', 2, /empty` has no manifest in it: name a YAML file, or a folder of them/],
  ['apply -f garbage', 1, /garbage:1: there are control characters in it: name a text file/],
  ['verify nothing', 2, /nothing` is empty: name a bundle, a database or a data folder/],
  ['verify text', 2, /text` is neither a proof bundle nor a database: name a bundle/],
  ['verify garbage', 2, /garbage` is neither a proof bundle nor a database: name a bundle/],
  ['verify dangling', 2, /dangling` is not there: name a bundle/],
  ['verify empty', 2, /cannot open `.*empty\/countersign\.db`: check that the data folder is the right one/],
  [
    'verify broken',
    2,
    /broken\/countersign\.db` is no log of ours \(.*\): name a data folder, or the database/,
  ],
  ['verify half --key garbage', 2, /^`--key` is `garbage`: give a verifier key, or a file that holds one$/],
  ['verify half --key empty', 2, /^`--key` is `empty`: give a verifier key/],
  ['verify half --trust empty', 2, /^`--trust` is `empty`, which cannot be read: name a trust policy file$/],
  ['verify half --checkpoint empty', 2, /^`empty` cannot be read: name a file that holds a checkpoint$/],
  ['verify half --timestamp-ca empty', 2, /^`empty` cannot be read: name a file with root certificates$/],
  ['verify half --trust nothing', 2, /^`nothing`: the trust policy is empty: write a line `log <key>`, and/],
  ['serve --config nowhere', 2, /^\/\S+\/nowhere: the config file cannot be read \(ENOENT\): correct it/],
  ['log fsck --data garbage', 2, /garbage` is no log of ours/],
  ['log rebuild --data empty', 2, /countersign\.db` is not there: name a data folder with `--data`/],
  ['policy publish nowhere -m x', 2, /^`nowhere` cannot be read as a folder of policy files: name one/],
  ['policy diff empty', 2, /^`empty` has no policy file \(`\*\.cedar`\) in it: name another folder$/],
  ['policy test garbage', 2, /^`garbage` cannot be read as a folder of policy files: name one/],
  [
    'export --out nowhere/x --reason x',
    2,
    /^`nowhere\/x` cannot be written \(ENOENT\): name a file in a folder/,
  ],
])('countersign %s', async (line, code, message) => {
  const ran = await runCommand(line, { cwd, env: { COUNTERSIGN_DATA: join(cwd, 'none') } });
  expect([ran.code, ran.out]).toEqual([code, '']);
  expect(ran.err).toMatch(message);
  expect(ran.err).not.toMatch(/\n\s+at /);
});

test('a bundle that is torn is broken, and the report says where', async () => {
  const { code, out } = await runCommand('verify half', { cwd });
  expect([code, out]).toEqual([1, expect.stringContaining('bundle_truncated')]);
});

test('what the machine says of a file is said in words, and nothing else is taken for it', async () => {
  const error = await mkdir(join(cwd, 'garbage'), { recursive: true }).catch((thrown: unknown) => thrown);
  expect(machineError(error)).toMatchObject({
    exitCode: 2,
    code: 'eexist',
    message: expect.stringMatching(/garbage` is a file: name a folder$/),
  });
  const folder = await readFile(cwd).catch((thrown: unknown) => thrown);
  expect(machineError(folder)?.message).toMatch(/is a folder: name a file$/);
  expect(machineError(new TypeError('a bug'))).toBeNull();
  const gone = await readFile(join(cwd, 'nowhere')).catch((thrown: unknown) => thrown);
  expect(machineError(gone)?.message).toMatch(/nowhere` is not there$/);
});
