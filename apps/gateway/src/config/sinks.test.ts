import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../config.ts';
import { describeProblems } from './problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-sink-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function load(yaml: string) {
  const file = join(folder, `config-${files++}.yaml`);
  writeFileSync(file, yaml);
  const loaded = await loadConfig(file, {}, '/srv');
  return loaded.ok
    ? { sinks: loaded.value.sinks, problem: null }
    : { sinks: [], problem: describeProblems(loaded.error) };
}

test('a sink says only what is its own; the rest has a safe default', async () => {
  const { sinks } = await load(
    'sinks:\n- {name: siem, kind: syslog-cef, host: siem.example, ca: ca.pem}\n- {name: copy, kind: file-jsonl, path: out/log.jsonl, details: [sentence], entries: {kinds: [call.decided], decisions: [deny]}}',
  );
  expect(sinks).toEqual([
    {
      name: 'siem',
      kind: 'syslog-cef',
      host: 'siem.example',
      port: 6514,
      transport: 'tls',
      acknowledge: 'close',
      ca: join(folder, 'ca.pem'),
      details: [],
      from: 'beginning',
      entries: { kinds: null, decisions: null },
    },
    {
      name: 'copy',
      kind: 'file-jsonl',
      path: join(folder, 'out/log.jsonl'),
      details: ['sentence'],
      from: 'beginning',
      entries: { kinds: ['call.decided'], decisions: ['deny'] },
    },
  ]);
});

test.each([
  [
    'a kind that does not exist',
    '{name: a, kind: splunk}',
    '`syslog-cef`, `otlp`, `webhook-jsonl`, `file-jsonl`',
  ],
  [
    'a detail that does not exist',
    '{name: a, kind: file-jsonl, path: x, details: [secrets]}',
    '`sinks[0].details[0]` is `secrets`',
  ],
  [
    'a kind of entry that does not exist',
    '{name: a, kind: file-jsonl, path: x, entries: {kinds: [call.made]}}',
    '`call.made`',
  ],
  [
    'entries over a network in the clear',
    '{name: a, kind: webhook-jsonl, url: "http://siem.example/"}',
    'must be an https URL',
  ],
  [
    'two sinks of one name',
    '{name: a, kind: file-jsonl, path: x}\n- {name: a, kind: file-jsonl, path: y}',
    'must not use one name twice',
  ],
  [
    'a key that another kind has',
    '{name: a, kind: file-jsonl, path: x, port: 1}',
    'unknown key `sinks[0].port`',
  ],
])('refuses %s', async (_, sink, complaint) => {
  expect((await load(`sinks:\n- ${sink}`)).problem).toContain(complaint);
});

test('takes plain http on this machine', async () => {
  const { sinks } = await load(
    'sinks: [{name: a, kind: otlp, url: "http://127.0.0.1:4318/v1/logs", tokenEnv: TOKEN}]',
  );
  expect(sinks).toMatchObject([{ kind: 'otlp', tokenEnv: 'TOKEN', ca: null }]);
});
