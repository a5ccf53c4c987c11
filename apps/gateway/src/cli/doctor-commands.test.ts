import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { examineCommands } from './doctor-commands.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-commands-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function examined(...commands: object[]) {
  const documents = commands.map((stdio, at) =>
    JSON.stringify({
      apiVersion: 'countersign.dev/v1alpha1',
      kind: 'MCPServer',
      metadata: { name: `server-${at}` },
      spec: { stdio, team: 't', environment: 'test', risk: 'low' },
    }),
  );
  await writeFile(join(folder, 'all.yaml'), documents.join('\n---\n'));
  return examineCommands(folder, '/nowhere:/bin:/usr/bin');
}

test('commands that are there are fine, by path or by name', async () => {
  expect(await examined({ command: process.execPath }, { command: 'sh' })).toEqual([
    { what: 'commands', state: 'fine', message: 'of 2 servers are there' },
  ]);
});

test('where there are none, nothing is said', async () => {
  expect(await examined()).toEqual([]);
  expect(await examineCommands(null)).toEqual([]);
});

test('a command that is nowhere, is no program, or has no folder to run in is wrong', async () => {
  const found = await examined(
    { command: 'no-such-program' },
    { command: './all.yaml' },
    { command: 'sh', cwd: './gone' },
    { command: 'sh' },
  );
  expect(found.map(({ state, message }) => [state, message.replaceAll(folder, '…')])).toEqual([
    ['wrong', 'server `server-0`: `no-such-program` is not on the PATH: install it, or name its path'],
    ['wrong', 'server `server-1`: `…/all.yaml` is no program that can be run: correct `stdio.command`'],
    ['wrong', 'server `server-2`: `…/gone` is no folder: correct `stdio.cwd`'],
  ]);
});
