import { createEngine, type Engine, type PolicySource, type SchemaInput } from '@countersign/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAdmin, type AdminUnderTest } from '../admin/testing/admin-under-test.ts';
import { type Compiler, createCompiler } from './compiler.ts';
import { createPublisher } from './publisher.ts';
import type { Publisher } from './publisher-types.ts';

const DYING = new URL('testing/dying-worker.ts', import.meta.url);

let admin: AdminUnderTest;
let compiler: Compiler;
let engine: Engine;
let folder: readonly PolicySource[];
let input: SchemaInput;
let told: string[];
let open: () => Publisher;

const policy = (id: string, action = 'action', more = ''): PolicySource => ({
  file: 'a.cedar',
  text: `@id("${id}")\npermit (principal is Agent, ${action}, resource);\n${more}`,
});
const ON_READ = 'action == Action::"files/read"';
const files = (...tools: string[]): SchemaInput['servers'] => [
  { name: 'files', tools: tools.map((name) => ({ name, inputSchema: { type: 'object' } })) },
];

beforeEach(async () => {
  admin = await startAdmin();
  compiler = createCompiler({ entry: DYING, timeoutMs: 3_000 });
  [folder, told] = [[], []];
  input = { servers: files('read', 'write'), groups: [], teams: [] };
  engine = createEngine();
  open = () =>
    createPublisher({
      engine,
      compiler,
      schemaInput: () => input,
      writer: admin.store,
      reads: admin.store.readers.policies,
      folder: async () => folder,
      now: Date.now,
      tell: (message) => told.push(message),
    });
});
afterEach(async () => {
  await compiler.close();
  await admin.close();
});

const versions = async () =>
  (await admin.store.readers.policies.versions(9)).map(({ version, cause }) => [version, cause]);

describe('a set that the compiling thread does not survive', () => {
  it.each([
    ['dies of it', '// throw'],
    ['ends', '// exit'],
    ['hangs', '// hang'],
  ])('is refused, and the one before it stays in force: it %s', async (_how, mark) => {
    const publisher = open();
    folder = [policy('one')];
    await publisher.reload();
    const { active } = publisher.status();
    folder = [policy('two', 'action', mark)];
    await publisher.reload();
    const status = publisher.status();
    expect(status).toMatchObject({ active, refusal: { diagnostics: [{ file: 'a.cedar', line: 1 }] } });
    expect(engine.active?.policySet).toBe(active);
    expect(told.join('\n')).toContain('the policy set before it stays in force');
    folder = [policy('three')];
    await publisher.reload();
    expect(publisher.status().refusal).toBeNull();
    expect(told.at(-1)).toContain('the policies are as they should be');
    expect(publisher.status().active).not.toBe(active);
    expect(await versions()).toEqual([
      [2, 'folder'],
      [1, 'folder'],
    ]);
  });
});

describe('when a tool goes that the set in force names', () => {
  it('only that tool is denied, and it is told, recorded once, and healed', async () => {
    const publisher = open();
    folder = [policy('all'), { ...policy('read', ON_READ), file: 'b.cedar' }];
    await publisher.reload();
    const { active } = publisher.status();
    input = { ...input, servers: files('write') };
    await publisher.reload();
    await publisher.reload();
    expect(publisher.status()).toMatchObject({ active, refusal: null });
    expect([...publisher.status().broken.keys()]).toEqual(['files/read']);
    expect(told.some((line) => line.startsWith('calls of `files/read` are denied: '))).toBe(true);
    expect(await versions()).toEqual([
      [2, 'schema'],
      [1, 'folder'],
    ]);
    input = { ...input, servers: files('read', 'write') };
    await publisher.reload();
    expect([...publisher.status().broken]).toEqual([]);
    expect(told.at(-1)).toBe('calls of `files/read` are decided again: the policy set in force fits it');
    expect(await versions()).toHaveLength(3);
  });

  it('so it is after a restart, too', async () => {
    folder = [policy('all'), { ...policy('read', ON_READ), file: 'b.cedar' }];
    await open().reload();
    input = { ...input, servers: files('write') };
    engine = createEngine();
    const second = open();
    await second.reload();
    expect(second.status().refusal).toBeNull();
    expect([...second.status().broken.keys()]).toEqual(['files/read']);
    engine = createEngine();
    const third = open();
    await third.reload();
    expect([...third.status().broken.keys()]).toEqual(['files/read']);
    expect(await versions()).toHaveLength(2);
  });
});

it('looks at nothing twice', async () => {
  let runs = 0;
  const real = compiler;
  compiler = {
    run: (job) => {
      runs += 1;
      return real.run(job);
    },
    close: () => real.close(),
  };
  const publisher = open();
  folder = [policy('one')];
  await publisher.reload();
  await publisher.reload();
  input = { ...input, groups: [], servers: files('read', 'write') };
  await publisher.reload();
  expect(runs).toBe(1);
  folder = [policy('two', ON_READ, 'permit (')];
  await publisher.reload();
  await publisher.reload();
  expect(runs).toBe(2);
  folder = [policy('one')];
  await publisher.reload();
  expect([runs, publisher.status().refusal]).toEqual([2, null]);
});
