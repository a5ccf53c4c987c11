import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { runCommand } from './testing/command-line.ts';

describe('a command line that cannot be understood ends with 2, says why, and prints no result', () => {
  test.each([
    ['nonsense', 'there is no command `nonsense`: see `countersign --help`'],
    ['chian show x', 'did you mean `chain show`'],
    ['approvals shwo x', 'did you mean `approvals show`'],
    ['calls list --agnet x', 'unknown option `--agnet`; see `countersign calls list --help`'],
    ['calls list -x', 'unknown option `-x`'],
    ['calls list --agent', '`--agent` needs a value'],
    ['calls list --utc=yes', '`--utc` takes no value'],
    ['calls list --decision maybe', '`--decision` is `maybe`: give one of allow, deny, hold'],
    ['calls list --state gone', '`--state` is `gone`'],
    ['calls list extra', '`extra` is one argument too many: countersign calls list [options]'],
    ['approvals list --state done', '`--state` is `done`'],
    ['approvals show', '`id` is missing: countersign approvals show <id> [options]'],
    ['approvals reject apr_1', '`--reason <text>` is missing'],
    ['chain show', 'give either the id of a chain or `--latest`'],
    ['chain show x --latest', 'give either the id of a chain or `--latest`'],
    ['users token', '`email` is missing'],
    ['users token a@b --role root', '`--role` is `root`'],
    ['users token a@b --expires-in soon', '`--expires-in` is `soon`'],
    ['apply', '`-f <file or folder>` is missing'],
    ['apply -f /not/there', '`/not/there` is not there'],
    ['serve --port 70000', '`--port` is `70000`'],
    ['serve --admin-port http', '`--admin-port` is `http`'],
    ['log tail -n few', '`--lines` is `few`'],
    ['verify /not/there', '`/not/there` is not there'],
    ['calls list', 'no gateway found'],
    ['calls list --url ftp://x', '`ftp://x` is no http address'],
  ])('countersign %s', async (line, message) => {
    const { code, out, err } = await runCommand(line);
    expect(err).toContain(message);
    expect([code, out]).toEqual([2, '']);
  });

  test('a gateway that does not answer', async () => {
    const { code, err } = await runCommand('calls list --url http://127.0.0.1:9 --token csn_x');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^no gateway answers at `http:\/\/127\.0\.0\.1:9`: start it with/),
    ]);
  });

  test('what is said back cannot steer the terminal', async () => {
    const { err } = await runCommand(['\u001b[2Jevil']);
    expect(err).toContain('\\u{1b}[2Jevil');
  });
});

describe('help', () => {
  test('names every command', async () => {
    const { code, out } = await runCommand('--help');
    expect(code).toBe(0);
    for (const name of COMMANDS.keys()) expect(out).toContain(`  ${name} `);
  });

  test.each([...COMMANDS.keys()])('%s explains itself, and has --json', async (name) => {
    const { code, out } = await runCommand(`${name} --help`);
    expect(code).toBe(0);
    expect(out).toContain(`countersign ${name}`);
    expect(out).toContain('--json');
    expect(out).toContain('Exit code');
  });

  test('without a command it says what there is, and ends with 2', async () => {
    const { code, out } = await runCommand('');
    expect(code).toBe(2);
    expect(out).toContain('countersign <command>');
    expect((await runCommand('approvals')).code).toBe(2);
  });
});

test('version is told as text and as JSON', async () => {
  expect((await runCommand('version')).out).toMatch(/^countersign \d+\.\d+\.\d+ \(Node \d+/);
  expect(JSON.parse((await runCommand('version --json')).out)).toMatchObject({ node: process.versions.node });
});
