import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  digestOf,
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  leafHash,
  toHex,
  utf8,
} from '@countersign/audit';
import { expect, test } from 'vitest';
import { canonicalForm, type Protected } from './audit-record.ts';
import { CEF_KEYS, cefLine } from './cef.ts';
import { CSV_COLUMNS } from './csv.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE } from './dsse.ts';
import { EXPORT_FORMATS } from './formats.ts';
import { auditRecords } from './ietf.ts';
import { octetCounted, syslogMessage } from './syslog.ts';
import { ocsfFaults } from './testing/ocsf-validator.ts';
import { parseCef, parseCsv, parseFrames, parseSyslog } from './testing/readers.ts';
import { each, ORIGIN, type Story, tellStory, written } from './testing/story.ts';
import type { ExportContext, ExportedEntry } from './types.ts';

type Json = Readonly<Record<string, never>>;

async function exported(name: string, story: Story, more: Partial<ExportContext> = {}): Promise<string> {
  const format = EXPORT_FORMATS.get(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return written(format.write(each(story.entries()), story.context(more)));
}

const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const json = (text: string): Json[] => lines(text).map((line) => JSON.parse(line) as Json);

test('the native format holds every header exactly, so that each leaf can be computed again', async () => {
  const story = tellStory();
  const rows = json(await exported('jsonl', story)) as unknown as {
    index: number;
    leaf: string;
    header: string;
    details: Record<string, { salt: string; value: string }>;
  }[];
  expect(rows.map(({ index }) => index)).toEqual(story.stored.map(({ index }) => index));
  for (const [at, row] of rows.entries()) {
    expect(toHex(leafHash(utf8(row.header)))).toBe(row.leaf);
    expect(row.leaf).toBe(toHex(story.stored[at]?.leaf ?? new Uint8Array()));
    const { commits } = JSON.parse(row.header) as { commits: Record<string, string | null> };
    for (const [name, { salt, value }] of Object.entries(row.details)) {
      const framed = Buffer.concat([
        Buffer.from([2, 0, name.length]),
        Buffer.from(name),
        Buffer.from(salt, 'hex'),
        Buffer.from(value),
      ]);
      expect(createHash('sha256').update(framed).digest('hex')).toBe(commits[name]);
    }
  }
});

test('what may not be shown is withheld by name, and what is gone is told as erased', async () => {
  const story = tellStory('secret-name');
  const gone = story.stored.map((entry) => ({
    ...entry,
    details: entry.details.filter(({ name }) => name !== 'request'),
  }));
  const { exportedEntry } = await import('./entry.ts');
  const entries = gone.map((entry) => exportedEntry(entry, (name) => name === 'labels'));
  const format = EXPORT_FORMATS.get('jsonl');
  const text = await written(format?.write(each(entries), story.context()) ?? each<string>([]));
  const [, held] = json(text) as unknown as { details: object; withheld: string[]; erased: string[] }[];
  expect(Object.keys(held?.details ?? {})).toEqual(['labels']);
  expect(held?.erased).toEqual(['request']);
  expect(held?.withheld).toContain('caller');
  expect(held?.withheld).not.toContain('request');
});

test.each([...EXPORT_FORMATS.keys()].filter((name) => name !== 'html'))(
  '%s says nothing personal when no detail may be shown',
  async (name) => {
    const story = tellStory('Wilhelmina');
    const format = EXPORT_FORMATS.get(name);
    const signer = await signerOf();
    const entries = story.entries(() => false);
    const text = await written(format?.write(each(entries), story.context({ signer })) ?? each<string>([]));
    expect(text).not.toContain('Wilhelmina');
    expect(text.length).toBeGreaterThan(100);
  },
);

test('CSV has the same columns in every row, and the leaf hash among them', async () => {
  const story = tellStory('a,"quoted"\nname');
  const [head, ...rows] = parseCsv(await exported('csv', story));
  expect(head).toEqual(CSV_COLUMNS);
  expect(rows).toHaveLength(story.stored.length);
  const column = (row: string[] | undefined, name: string) => row?.[CSV_COLUMNS.indexOf(name)];
  expect(column(rows[1], 'leaf')).toBe(toHex(story.stored[1]?.leaf ?? new Uint8Array()));
  expect(column(rows[1], 'decision')).toBe('hold');
  expect(column(rows[1], 'agent')).toBe(String.raw`a,"quoted"\u{a}name`);
  expect(column(rows[5], 'operation')).toBe('mcp:tools/call');
  expect(column(rows[5], 'duration_us')).toBe('1234567');
  expect(column(rows[5], 'first_byte_us')).toBe('234567');
  expect(column(rows[4], 'first_byte_us')).toBe('');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\uFF1D1'])(
  'CSV turns the formula %j into text',
  async (formula) => {
    const rows = parseCsv(await exported('csv', tellStory(formula)));
    const agent = rows[2]?.[CSV_COLUMNS.indexOf('agent')] ?? '';
    expect(agent.startsWith("'")).toBe(true);
  },
);

test('CEF names each event, puts values under their keys, and survives its own separators', async () => {
  const story = tellStory('a|b\\c=d e=f\nnext');
  const events = lines(await exported('cef', story)).map(parseCef);
  const [, held] = events;
  expect(held?.header).toEqual([
    'CEF:0',
    'Countersign',
    'Countersign',
    '1.2.3',
    'call.decided.hold',
    'call.decided hold: mcp:tools/call',
    '4',
  ]);
  expect(held?.extension.get('suser')).toBe('a|b\\c=d e=f\nnext');
  expect(held?.extension.get('cs2')).toBe(toHex(story.stored[1]?.leaf ?? new Uint8Array()));
  expect(held?.extension.get('cn1')).toBe('1');
  for (const { extension } of events) {
    for (const key of extension.keys()) expect(CEF_KEYS).toContain(key);
  }
});

test('a syslog frame counts octets, so that no value can end it', async () => {
  const story = tellStory('ümläut\n<13>1 - forged - - - -');
  const [, entry] = story.entries();
  if (entry === undefined) throw new Error('no entry');
  const message = syslogMessage(entry, ORIGIN, await cefLine(entry, story.context()));
  const { messages, rest } = parseFrames(Buffer.concat([octetCounted(message), octetCounted(message)]));
  expect(messages).toEqual([message, message]);
  expect(rest).toHaveLength(0);
  const read = parseSyslog(message);
  expect(read).toMatchObject({
    priority: 13 * 8 + 5,
    host: 'log.example.com',
    app: 'countersign',
    id: 'call.decided',
  });
  expect(read.timestamp).toBe('2026-09-21T14:13:21.500123Z');
  expect(read.text.startsWith('CEF:0|')).toBe(true);
});

test('every OCSF event keeps to the published definitions, denials and holds too', async () => {
  const story = tellStory();
  const events = json(await exported('ocsf', story));
  expect(events).toHaveLength(story.stored.length);
  for (const event of events) expect(ocsfFaults(event)).toEqual([]);
  const verdicts = events.map((event) => [event['action'], event['disposition']]);
  expect(verdicts).toContainEqual(['Unknown', 'Delayed']);
  expect(verdicts).toContainEqual(['Denied', 'Blocked']);
  expect(verdicts).toContainEqual(['Allowed', 'Allowed']);
});

test('the validator of OCSF events finds what does not belong', async () => {
  const [, good] = json(await exported('ocsf', tellStory()));
  const spoilt: [string, object][] = [
    ['surplus is not defined', { ...(good as object), surplus: 1 }],
    ['src_endpoint is required', { ...(good as object), src_endpoint: undefined }],
    ['time is no integer', { ...(good as object), time: 'now' }],
    ['severity_id has no value 42', { ...(good as object), severity_id: 42 }],
    ['severity is "Fatal", not Low', { ...(good as object), severity: 'Fatal' }],
    ['actor.user. needs one of name, uid', { ...(good as object), actor: { user: { type_id: 1 } } }],
    ['type_uid is 600300, not 600399', { ...(good as object), type_uid: 600_300 }],
  ];
  for (const [fault, event] of spoilt) expect(ocsfFaults(JSON.parse(JSON.stringify(event)))).toContain(fault);
});

test('an OCSF fingerprint is over the whole event but itself, and names the event before', async () => {
  const events = json(await exported('ocsf', tellStory('Zoë'))) as unknown as {
    metadata: { uid: string };
    type_uid: number;
    attestation_list: [
      { fingerprint?: { value: string }; prev_event?: { uid: string; fingerprint: { value: string } } },
    ];
  }[];
  let before: (typeof events)[number] | null = null;
  for (const event of events) {
    const [{ fingerprint, ...attestation }] = event.attestation_list;
    const bare = sortedJson({ ...event, attestation_list: [attestation] });
    expect(createHash('sha256').update(bare, 'utf8').digest('hex')).toBe(fingerprint?.value);
    expect(attestation.prev_event?.uid).toBe(before?.metadata.uid);
    expect(attestation.prev_event?.fingerprint.value).toBe(before?.attestation_list[0].fingerprint?.value);
    before = event;
  }
});

test('OTLP lines carry event name, claimed trace and attributes in our namespace', async () => {
  const requests = json(await exported('otlp', tellStory())) as unknown as {
    resourceLogs: [
      {
        scopeLogs: [{ logRecords: { eventName: string; traceId?: string; attributes: { key: string }[] }[] }];
      },
    ];
  }[];
  const records = requests.flatMap(
    ({
      resourceLogs: [
        {
          scopeLogs: [{ logRecords }],
        },
      ],
    }) => logRecords,
  );
  expect(records[1]).toMatchObject({
    eventName: 'countersign.call.decided',
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
  });
  expect(records[5]?.traceId).toBeUndefined();
  for (const { attributes } of records) {
    for (const { key } of attributes) expect(key.startsWith('countersign.')).toBe(true);
  }
});

test('a DSSE envelope verifies over the standard encoding and says what was decided about which request', async () => {
  const signer = await signerOf();
  const story = tellStory();
  const envelopes = json(await exported('dsse', story, { signer })) as unknown as {
    payload: string;
    payloadType: string;
    signatures: [{ keyid: string; sig: string }];
  }[];
  expect(envelopes).toHaveLength(5);
  const verifier = await importNoteVerifier(signer.vkey);
  if (!verifier.ok) throw new Error(verifier.error.message);
  const x = Buffer.from(verifier.value.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  for (const { payload, payloadType, signatures } of envelopes) {
    const body = Buffer.from(payload, 'base64');
    // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, written out here on purpose.
    const pae = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
      body,
    ]);
    expect(verify(null, pae, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true);
    expect(verify(null, body, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(false);
    expect(payloadType).toBe(PAYLOAD_TYPE);
    expect(signer.vkey.startsWith(`${signatures[0].keyid}+`)).toBe(true);
  }
  const statement = JSON.parse(Buffer.from(envelopes[0]?.payload ?? '', 'base64').toString()) as Json;
  expect(statement).toMatchObject({
    _type: STATEMENT_TYPE,
    predicateType: PREDICATE_TYPE,
    subject: [
      { name: 'request/rx', digest: { sha256: '07'.repeat(32) } },
      { name: `${ORIGIN}#1`, digest: { sha256: toHex(story.stored[1]?.leaf ?? new Uint8Array()) } },
    ],
    predicate: { decision: 'hold', reason: 'guarded' },
  });
});

test('DSSE without a key is refused, not left unsigned', async () => {
  await expect(exported('dsse', tellStory())).rejects.toThrow('no receipt key is at hand');
});

test('audit records of the IETF draft have its four types, and name the draft', async () => {
  const records = json(await exported('ietf', tellStory())) as unknown as {
    type: string;
    draft: string;
    event_id: string;
  }[];
  expect(new Set(records.map(({ type }) => type))).toEqual(
    new Set(['action', 'interaction', 'delegation', 'authorization_transition']),
  );
  expect(new Set(records.map(({ draft }) => draft))).toEqual(
    new Set(['draft-kuehlewind-audit-architecture-01']),
  );
  expect(records.find(({ type }) => type === 'delegation')).toMatchObject({
    event_id: `${ORIGIN}#7/delegation`,
    parent_id: `${ORIGIN}#7`,
    delegator: { type: 'agent' },
    scope: ['a2a:message/send'],
  });
  expect(records.find(({ type }) => type === 'authorization_transition')).toMatchObject({
    previous_state: { state: 'pending' },
    new_state: { state: 'approved' },
    trigger: { type: 'user_approval' },
    actor: { type: 'user' },
  });
});

const FIONA = 'usr_23456789abcdef0123456789abcdefe1';

test('whoever took an approval back is who did it in every format, and of what ended by itself nobody is', async () => {
  const story = tellStory('Fiona');
  const [takenBack, ended] = story.stored.slice(-2).map(({ index }) => index) as [number, number];
  const node = story.entries()[ended]?.header.node;
  const [, ...rows] = parseCsv(await exported('csv', story));
  const person = (index: number) =>
    ['person_id', 'person'].map((name) => rows[index]?.[CSV_COLUMNS.indexOf(name)]);
  expect([person(takenBack), person(ended)]).toEqual([
    [FIONA, 'Fiona'],
    ['', ''],
  ]);
  const cef = lines(await exported('cef', story)).map((line) => parseCef(line).extension);
  expect([cef[takenBack]?.get('duid'), cef[takenBack]?.get('duser')]).toEqual([FIONA, 'Fiona']);
  expect(cef[ended]?.has('duid')).toBe(false);
  const actors = json(await exported('ocsf', story)).map(({ actor }) => actor);
  expect(actors[takenBack]).toEqual({ user: { uid: FIONA, name: 'Fiona', type: 'User', type_id: 1 } });
  expect(actors[ended]).toEqual({ user: { uid: node, type: 'Service', type_id: 4 } });
  const records = json(await exported('ietf', story)).slice(-2);
  expect(records).toMatchObject([
    {
      previous_state: { state: 'approved' },
      new_state: { state: 'withdrawn' },
      trigger: { type: 'user_revocation' },
      actor: { type: 'user', id: FIONA, name: 'Fiona' },
    },
    {
      previous_state: { state: 'pending' },
      new_state: { state: 'expired' },
      trigger: { type: 'expired' },
      actor: { type: 'service', id: node },
    },
  ]);
  expect(await exported('html', story)).toContain(
    '<strong><bdi>Fiona</bdi></strong> took the approval back: <q><bdi>Fiona</bdi></q>',
  );
});

test.each(['withheld', 'erased'] as const)(
  'an approval that somebody without an id took back is not said to have ended by itself, their name being %s',
  async (gone) => {
    const story = tellStory('Wilhelmina');
    const closed = story.entries(() => gone === 'erased').at(-2) as ExportedEntry<'approval.closed'>;
    const unnamed: ExportedEntry = {
      ...closed,
      ...(gone === 'erased' ? { disclosed: [], erased: ['reason', 'actor'] } : {}),
      header: { ...closed.header, body: { ...closed.header.body, user: null } },
    };
    expect(await auditRecords(unnamed, story.context())).toMatchObject([
      { trigger: { type: 'user_revocation' }, actor: { type: 'user', id: null, name: null } },
    ]);
    const [event] = await ocsfOf(unnamed, story);
    expect(event?.['actor']).toEqual({ user: { name: 'Unknown', type: 'User', type_id: 1 } });
    const [decision] = story.entries().slice(1);
    const html = EXPORT_FORMATS.get('html');
    const shown = [decision as ExportedEntry, unnamed];
    const report = await written(html?.write(each(shown), story.context()) ?? each<string>([]));
    expect(report).toContain('Somebody took the approval back');
    expect(report).not.toContain('The request ended');
  },
);

test('of an approval that was closed before it was recorded who did it, nobody is named', async () => {
  const story = tellStory();
  const closed = story.entries().at(-2) as ExportedEntry<'approval.closed'>;
  const { previous: _, user: __, ...body } = closed.header.body;
  const { actor: ___, ...commits } = closed.header.commits;
  const disclosed = closed.disclosed.filter(({ name }) => name !== 'actor');
  const earlier = { ...closed, disclosed, header: { ...closed.header, body, commits } };
  expect(await auditRecords(earlier, story.context())).toMatchObject([
    { previous_state: null, new_state: { state: 'withdrawn' }, actor: { type: 'service', id: null } },
  ]);
  const [event] = await ocsfOf(earlier, story);
  expect(event?.['actor']).toEqual({ user: { name: 'Unknown', type: 'Unknown', type_id: 0 } });
});

/** Of one entry, held to the definitions. */
async function ocsfOf(entry: ExportedEntry, story: Story): Promise<Json[]> {
  const format = EXPORT_FORMATS.get('ocsf');
  const events = json(await written(format?.write(each([entry]), story.context()) ?? each<string>([])));
  for (const event of events) expect(ocsfFaults(event)).toEqual([]);
  return events;
}

test('the canonical form of audit records gives the known answer of their contract', () => {
  const record: Protected = {
    event_id: '99999999-9999-9999-9999-999999999999',
    event_type: 'tool_call',
    occurred_at: '2026-06-06T12:00:00.000Z',
    outcome: 'deferred',
    previous_hash: null,
    principal_id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
    tool_name: 'export',
    extensions: {
      'runtime-security': {
        severity: 'high',
        drift_status: 'confirmed',
        evidence_hash: 'sha256:b2c547e2c8f17eafc72ef5c2d4d7b6b4d0f7437ab52bae573a9af14ff5e2d9be',
        policy_id: 'example.org/runtime-drift@3',
        quarantine_decision: 'quarantine',
      },
      'caller-governance': {
        session_id: '55555555-5555-5555-5555-555555555555',
        flagged: false,
        invoked_by_principal_id: null,
        purpose_declared: 'reconcile June invoices',
      },
    },
  };
  expect(digestOf(canonicalForm(record))).toBe(
    'f733fed9cc757165f810b778e4baba1f51a45504988e937707aaab4361b2f064',
  );
});

test('audit records of MCP decisions are hash-chained, and each names its draft', async () => {
  const records = json(await exported('mcp', tellStory('té"st\\'))) as unknown as Record<string, Protected>[];
  expect(records.map(({ outcome }) => outcome)).toEqual(['deferred', 'allowed', 'denied', 'allowed']);
  let previous: Protected = null;
  for (const { event_hash, draft, countersign, ...body } of records) {
    expect(draft).toContain('SEP-3004');
    expect(countersign).toBeDefined();
    expect(body['previous_hash'] ?? null).toBe(previous);
    expect(createHash('sha256').update(sortedJson(body), 'utf8').digest('hex')).toBe(event_hash);
    previous = event_hash ?? null;
  }
});

async function signerOf() {
  const signer = await importNoteSigner((await generateNoteKey('receipts.example.com')).skey);
  if (!signer.ok) throw new Error(signer.error.message);
  const { vkey } = signer.value;
  return { vkey, sign: (message: Uint8Array) => signer.value.sign(new Uint8Array(message)) };
}

/** JSON with sorted members: RFC 8785 for texts, booleans, nulls and integers. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
