import {
  generateCosignerKey,
  generateNoteKey,
  importCosignatureVerifier,
  type KeyManifest,
  parseTrust,
} from '@countersign/audit';
import { expect, test } from 'vitest';
import { countedTrust } from './quorum.ts';
import { trustText } from './trust-text.ts';

const key = async (name: string): Promise<string> => (await generateNoteKey(name)).vkey;
const line = { from: 0, to: null, revoked: false };

async function manifest(): Promise<KeyManifest> {
  const [old, current, stolen, receipt] = await Promise.all([
    key('log.example/one'),
    key('log.example/one'),
    key('log.example/one'),
    key('log.example/one/receipts'),
  ]);
  return {
    origin: 'log.example/one',
    serial: 3,
    keys: [
      { ...line, role: 'checkpoint', vkey: old ?? '', to: 7 },
      { ...line, role: 'checkpoint', vkey: stolen ?? '', to: 9, revoked: true },
      { ...line, role: 'checkpoint', vkey: current ?? '', from: 7 },
      { ...line, role: 'receipt', vkey: receipt ?? '' },
    ],
  };
}

test('it is a trust policy: keys that may be believed, and witnesses with their quorum', async () => {
  const vkeys = await Promise.all(
    ['w.example/one', 'witnesses'].map(async (name) => (await generateCosignerKey(name)).vkey),
  );
  const witnesses = await Promise.all(
    vkeys.map(async (vkey) => {
      const verifier = await importCosignatureVerifier(vkey);
      if (!verifier.ok) throw new Error(verifier.error.message);
      return { name: verifier.value.name, verifier: verifier.value, url: 'https://w.example/' };
    }),
  );
  const known = await manifest();
  const text = trustText(known, countedTrust(witnesses, 1));
  const parsed = await parseTrust(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { logs, groups, quorum, manifests } = parsed.value;
  expect(logs.map(({ verifier }) => verifier.vkey)).toEqual(
    known.keys.filter(({ revoked }) => !revoked).map(({ vkey }) => vkey),
  );
  // Without the root key nobody could check a manifest: the line waits for whoever has it.
  expect(manifests).toEqual([]);
  const pinned = await parseTrust(text.replace('# manifest ', 'manifest '));
  expect(pinned).toMatchObject({ value: { manifests: [{ origin: 'log.example/one', serial: 3 }] } });
  // The name of the group is none that a witness has already.
  expect(groups).toEqual([{ name: 'witnesses-', threshold: 1, members: ['w.example/one', 'witnesses'] }]);
  expect(quorum).toBe('witnesses-');
});

test('without witnesses it asks for none', async () => {
  const parsed = await parseTrust(trustText(await manifest(), null));
  expect(parsed).toMatchObject({ ok: true, value: { quorum: null, witnesses: [] } });
});
