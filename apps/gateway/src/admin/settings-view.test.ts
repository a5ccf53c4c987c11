import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../config.ts';
import type { Issuer } from '../registry/types.ts';
import { Settings } from './schemas/settings.ts';
import { settingsView } from './settings-view.ts';

test('shows where things go and how they stand, and no secret that an address may hold', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-settings-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      log: {
        payloadKey: { env: 'PAYLOAD_KEY_VARIABLE' },
        retention: [{ agent: 'invoice', payloads: '90d' }],
      },
      sinks: [
        {
          name: 'chat',
          kind: 'webhook-jsonl',
          url: 'https://hooks.example/T0/s3cret?key=s3cret',
          tokenEnv: 'HOOK_TOKEN',
        },
        { name: 'siem', kind: 'syslog-cef', host: 'siem.example' },
      ],
    }),
  );
  const config = await loadConfig(file);
  rmSync(folder, { recursive: true });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const issuer = {
    uid: 'iss_1',
    name: 'corp',
    issuer: 'https://corp.example',
    keys: { kind: 'remote', url: 'https://corp.example/jwks' },
    kind: 'mixed',
    algorithms: ['ES256'],
    types: ['at+jwt'],
    agentClaim: ['sub'],
    assurance: 'public',
    maxTokenAgeSeconds: 3600,
    clockToleranceSeconds: 5,
    audiences: [],
  } as unknown as Issuer;
  const view = settingsView({
    config: config.value,
    version: '1',
    registry: { current: () => ({ issuers: new Map([['corp', issuer]]) }) },
    verifier: { keysOf: () => ({ count: 2, fetchedAt: 0, failure: 'the keys cannot be read' }) },
    signIn: null,
    data: { address: 'http://127.0.0.1:1', publicUrl: 'https://gateway.example' },
    admin: { address: 'http://127.0.0.1:2', publicUrl: 'http://127.0.0.1:2' },
    grpc: null,
  });
  expect(JSON.stringify(view)).not.toMatch(/s3cret|PAYLOAD_KEY_VARIABLE/);
  expect(Settings.strict().parse(view)).toMatchObject({
    receivers: [
      { name: 'chat', destination: 'https://hooks.example/…', credential: 'HOOK_TOKEN' },
      { name: 'siem', destination: 'siem.example:6514 (tls)', credential: null },
    ],
    retention: { payloads: [{ of: 'calls', agent: 'invoice', payloads: '90d' }] },
    keys: { payloadKey: 'env' },
    issuers: [{ name: 'corp', keys: { state: 'failing', count: 2, fetchedAt: '1970-01-01T00:00:00.000Z' } }],
    limits: { bodyBytes: 4_194_304, 'hold.maxSeconds': 45 },
  });
});
