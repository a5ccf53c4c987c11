import type { Id } from '@countersign/audit';
import { describe, expect, test } from 'vitest';
import { type CommandSource, createCommands } from './commands.ts';
import { type LocatedManifest, parseManifests } from './manifests.ts';
import { keyOfObject, type Objects } from './objects.ts';

function manifest(stdio: string): LocatedManifest {
  const text = `apiVersion: countersign.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: tools}\nspec: {stdio: ${stdio}, team: t, environment: test, risk: low}`;
  const parsed = parseManifests(text, '/folder/tools.yaml');
  const [first] = parsed.ok ? parsed.value : [];
  if (first === undefined) throw new Error('refused');
  return first;
}
function registered({ manifest: declared }: LocatedManifest): Objects {
  if (declared.kind !== 'MCPServer') throw new Error('another kind');
  const object = { uid: 'srv_1' as Id<'srv'>, generation: 1, manifest: declared };
  return new Map([[keyOfObject('MCPServer', 'tools'), object]]);
}

const DECLARED = manifest('{command: ./serve}');
const OTHER = manifest('{command: ./serve, args: [--all]}');

/** Whether a command may be applied by an administrator, and run; first the folder's own, then another. */
function standing(source: CommandSource) {
  const commands = createCommands(source);
  commands.declare([DECLARED]);
  return [DECLARED, OTHER].map((located) => [
    commands.problemsOf(located, 'folder').length === 0,
    commands.problemsOf(located, 'api').length === 0,
    commands.refusal('tools', registered(located)) === null,
  ]);
}

describe('a command', () => {
  test('of the folder may be applied again and run; another may be neither, also if it is in the store', () => {
    expect(standing('folder')).toEqual([
      [true, true, true],
      [true, false, false],
    ]);
  });

  test('is anybody’s who administers the gateway, where the configuration says so', () => {
    expect(standing('api')).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
  });

  test('is nobody’s where it says that', () => {
    expect(standing('never')).toEqual([
      [false, false, false],
      [false, false, false],
    ]);
  });

  test('of a server that is not registered, or has none, is not run', () => {
    expect(createCommands('api').refusal('tools', new Map())).toBe('it has no command');
  });

  test('that is refused is told by its place, its value and what to do', () => {
    const [problem] = createCommands('folder').problemsOf(OTHER, 'api');
    expect(problem).toMatchObject({ source: '/folder/tools.yaml', key: 'spec.stdio', line: 4 });
    expect(problem?.message).toContain('`/folder/serve`');
    expect(problem?.message).toContain('`stdio.commands: api`');
  });
});

describe('the paths of a command', () => {
  test('are relative to its manifest, and a bare name is looked for on the PATH', () => {
    const { manifest: declared } = manifest('{command: node, args: [./x], env: {A: {file: secret}, B: b}}');
    expect(declared.kind === 'MCPServer' && declared.spec.stdio).toMatchObject({
      command: 'node',
      args: ['./x'],
      cwd: '/folder',
      env: { A: { file: '/folder/secret' }, B: 'b' },
      processes: 'per-principal',
    });
    expect(DECLARED.manifest).toMatchObject({ spec: { stdio: { command: '/folder/serve' } } });
  });

  test('must be absolute where the manifest has no folder', () => {
    const text = `apiVersion: countersign.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: x}\nspec: {stdio: {command: ./serve, env: {A: {file: s}}}, team: t, environment: test, risk: low}`;
    const parsed = parseManifests(text, null);
    const keys = parsed.ok ? [] : parsed.error.map(({ key }) => key);
    expect(keys.toSorted()).toEqual(['spec.stdio.command', 'spec.stdio.cwd', 'spec.stdio.env.A.file']);
  });
});
