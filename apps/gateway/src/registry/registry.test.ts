import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProblems } from '../config/problems.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import type { AppliedChange, Desired } from './apply.ts';
import { loadManifestFolder } from './folder.ts';
import { parseManifests } from './manifests.ts';
import { createRegistry, type Registry } from './registry.ts';

const doc = (kind: string, name: string, spec: string) =>
  `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const agent = (name: string, risk = 'low') =>
  doc('Agent', name, `{owner: fiona, team: billing, purpose: works, risk: ${risk}, environment: test}`);
const PEOPLE = `${doc('Team', 'billing', '{}')}---\n${doc('User', 'fiona', '{email: f@example.com}')}`;
const ACTOR = { via: 'api', user: 'fiona' } as const;
const secrets = { hasEnv: () => false, hasFile: () => false };

function desired(...yaml: readonly string[]): Desired {
  const parsed = parseManifests(yaml.join('---\n'), null);
  if (!parsed.ok) throw new Error(describeProblems(parsed.error));
  return { manifests: parsed.value };
}

describe('the registry of a node', () => {
  let folder: TestFolder;
  let store: Store;
  let registry: Registry;
  const open = async (): Promise<void> => {
    store = await folder.open();
    registry = createRegistry({ writer: store, secrets, now: () => 5000 });
    const loaded = registry.load(await store.readers.registry.objects());
    if (!loaded.ok) throw new Error(describeProblems(loaded.error));
  };
  beforeEach(async () => {
    folder = await createTestFolder();
    await open();
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  test('serves a change only after it is recorded, and has it again after a restart', async () => {
    const heard: AppliedChange[] = [];
    registry.onChange((_, applied) => heard.push(...applied));
    const before = registry.current();
    expect(await registry.applyManifests(desired(PEOPLE, agent('invoice')), ACTOR)).toMatchObject({
      ok: true,
    });
    expect(before.agents.size).toBe(0);
    expect(heard.map(({ op, kind, name }) => `${op} ${kind} ${name}`)).toEqual([
      'created Team billing',
      'created User fiona',
      'created Agent invoice',
    ]);
    const uid = registry.current().agents.get('invoice')?.uid;
    const version = registry.current().version;
    await store.close();
    await open();
    expect(registry.current().agents.get('invoice')?.uid).toBe(uid);
    expect(registry.current().version).toBe(version);
    expect(await registry.applyManifests(desired(PEOPLE, agent('invoice')), ACTOR)).toEqual({
      ok: true,
      value: { applied: [], unchanged: 3 },
    });
  });

  test('takes changes that come at once one after another', async () => {
    await registry.applyManifests(desired(PEOPLE), ACTOR);
    const results = await Promise.all(
      ['low', 'medium', 'high'].map((risk) =>
        registry.applyManifests(desired(agent('invoice', risk)), ACTOR),
      ),
    );
    expect(results.every((result) => result.ok)).toBe(true);
    expect(registry.objects().get('Agent/invoice')).toMatchObject({
      generation: 3,
      manifest: { spec: { risk: 'high' } },
    });
  });

  test('changes nothing when one manifest is wrong', async () => {
    const applied = await registry.applyManifests(
      desired(PEOPLE, agent('a'), doc('User', 'x', '{email: f@example.com}')),
      ACTOR,
    );
    expect(applied).toMatchObject({
      ok: false,
      error: { code: 'invalid', problems: [{ key: 'spec.email' }] },
    });
    expect(registry.objects().size).toBe(0);
    expect(await store.readers.registry.objects()).toEqual([]);
  });

  test('does not overwrite what somebody else changed in the store', async () => {
    await registry.applyManifests(desired(PEOPLE, agent('invoice')), ACTOR);
    const other = createRegistry({ writer: store, secrets, now: () => 6000 });
    other.load(await store.readers.registry.objects());
    await other.applyManifests(desired(agent('invoice', 'high')), ACTOR);
    expect(await registry.applyManifests(desired(agent('invoice', 'medium')), ACTOR)).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
    expect(await registry.applyManifests(desired(agent('new')), ACTOR)).toMatchObject({ ok: true });
  });

  test('stays as it was when the log cannot be written', async () => {
    await store.close();
    const applied = await registry.applyManifests(desired(PEOPLE), ACTOR).catch((error: unknown) => error);
    expect(applied).toMatchObject({ ok: false, error: { code: 'log_unavailable' } });
    expect(registry.objects().size).toBe(0);
    await open();
  });

  test('says at the start which secrets are missing', async () => {
    const withSecrets = createRegistry({
      writer: store,
      secrets: { hasEnv: () => true, hasFile: () => true },
      now: () => 1,
    });
    const server = doc(
      'MCPServer',
      'crm',
      '{url: "https://c.example", team: billing, environment: x, risk: low, credential: {kind: bearer, env: CRM_TOKEN}}',
    );
    expect(await withSecrets.applyManifests(desired(PEOPLE, server), ACTOR)).toMatchObject({ ok: true });
    registry.load(await store.readers.registry.objects());
    expect(describeProblems(registry.missingSecrets())).toContain('`spec.credential.env` is `CRM_TOKEN`');
  });

  test('refuses a store whose objects do not fit together', async () => {
    await registry.applyManifests(desired(PEOPLE, agent('invoice')), ACTOR);
    const rows = (await store.readers.registry.objects()).filter((row) => row.kind !== 'User');
    const loaded = createRegistry({ writer: store, secrets, now: () => 1 }).load(rows);
    expect(loaded).toMatchObject({
      ok: false,
      error: [{ message: expect.stringContaining('there is no such User') }],
    });
  });
});

describe('a folder of manifests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-manifests-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read with its subfolders and links, without hidden and other files', async () => {
    const home = join(folder, 'good');
    mkdirSync(join(home, '..data'), { recursive: true });
    mkdirSync(join(home, 'agents'));
    writeFileSync(join(home, '..data', 'team.yaml'), doc('Team', 'billing', '{}'));
    symlinkSync(join(home, '..data', 'team.yaml'), join(home, 'team.yaml'));
    writeFileSync(join(home, 'agents', 'a.yml'), agent('a'));
    writeFileSync(
      join(home, 'user.json'),
      JSON.stringify({
        apiVersion: 'countersign.dev/v1alpha1',
        kind: 'User',
        metadata: { name: 'fiona' },
        spec: { email: 'f@example.com' },
      }),
    );
    writeFileSync(join(home, 'README.md'), 'not a manifest');
    const loaded = await loadManifestFolder(home);
    if (!loaded.ok) throw new Error(describeProblems(loaded.error));
    expect(loaded.value.map(({ manifest }) => manifest.metadata.name)).toEqual(['a', 'billing', 'fiona']);
  });

  test('is refused as a whole, naming every file that is wrong', async () => {
    const home = join(folder, 'bad');
    mkdirSync(home);
    writeFileSync(join(home, 'a.yaml'), agent('a').replace('owner: fiona, ', ''));
    writeFileSync(join(home, 'b.yaml'), Uint8Array.of(0xff, 0xfe));
    writeFileSync(join(home, 'c.yaml'), agent('c'));
    const loaded = await loadManifestFolder(home);
    if (loaded.ok) throw new Error('the folder was accepted');
    const text = describeProblems(loaded.error);
    expect(text).toContain(`${join(home, 'a.yaml')}:4 (document 1): \`spec.owner\` is missing`);
    expect(text).toContain(`${join(home, 'b.yaml')}: the manifest file cannot be read`);
    expect(loaded.error).toHaveLength(2);
  });

  test('must exist', async () => {
    const loaded = await loadManifestFolder(join(folder, 'nowhere'));
    expect(loaded).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('(ENOENT)') }] });
  });
});
