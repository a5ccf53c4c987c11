// Receipts that stand in the answer itself: every other byte of it is the server's, digests cover what really came, and the
// event that brings them is not sent before the outcome is on record (DESIGN section 9).
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { manifest } from '@countersign/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFolder } from '../../apps/gateway/src/cli/log-folder.ts';
import { apply } from './apply.ts';
import { eventsOf } from './event-reader.ts';
import { fillDisk } from './full-disk.ts';
import { type ReceiptKeys, receiptKeysOf } from './receipt-keys.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const META = 'dev.countersign/receipt';
/** Written as no serializer of ours would write it. */
const ODD =
  '{ "id":1,"jsonrpc":"2.0", "result" : {"content":[ {"type":"text","text":"caf\\u00e9"} ],"n":1.50} }';

let world: RawWorld;
let keys: ReceiptKeys;
beforeEach(async () => {
  world = await startRawWorld();
  keys = await receiptKeysOf(world.gateway);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'raw', { ...place, url: world.upstream.url, receipts: 'inline' }),
  );
});
afterEach(async () => {
  await world.close();
});

/** What of the text is the server's own, and the receipts that were spliced into it. */
function taken(text: string): { readonly theirs: string; readonly lines: Readonly<Record<string, string>> } {
  const [whole = '', json = '{}'] = /,"_meta":\{"dev\.countersign\/receipt":(\{[^}]*\})\}/.exec(text) ?? [];
  return { theirs: text.replace(whole, ''), lines: JSON.parse(json) as Record<string, string> };
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** A detail of an entry, as the log on disk holds it. */
async function detail(index: number, name: string): Promise<unknown> {
  const folder = await openLogFolder(world.gateway.dataDir);
  try {
    const entry = await folder.log.entry(index);
    const found = entry?.details.find((each) => each.name === name);
    return JSON.parse(Buffer.from(found?.value ?? []).toString('utf8'));
  } finally {
    folder.close();
  }
}

test('an answer keeps every byte of the server’s, and the record digests of what came and went', async () => {
  world.upstream.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(ODD);
  });
  const response = await world.call();
  const { theirs, lines } = taken(await response.text());
  expect(theirs).toBe(ODD);
  const [decided, completed] = [
    await keys.open(lines['decided'] ?? ''),
    await keys.open(lines['completed'] ?? ''),
  ];
  expect(lines['decided']).toBe(response.headers.get('countersign-receipt'));
  expect([decided.kind, completed.kind, completed.index]).toEqual([
    'decided',
    'completed',
    decided.index + 1,
  ]);
  expect(await detail(completed.index, 'rx')).toEqual({ sha256: digestOf(ODD), bytes: ODD.length });
  const sent = world.upstream.requests.at(-1)?.body.toString('utf8') ?? '';
  expect(await detail(decided.index, 'tx')).toEqual({ sha256: digestOf(sent), bytes: sent.length });
});

test('the last event of a stream keeps them, too, and the events before it are untouched', async () => {
  const note =
    'event: message\ndata: {"jsonrpc":"2.0", "method":"notifications/message","params":{"level":"info","data":1.0}}\n\n';
  world.upstream.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(note);
    response.end(`id: 7\nevent: message\ndata: ${ODD}\n\n`);
  });
  const text = await (await world.call()).text();
  const { theirs, lines } = taken(text);
  expect(theirs).toBe(`${note}id: 7\nevent: message\ndata: ${ODD}\n\n`);
  expect((await keys.open(lines['completed'] ?? '')).kind).toBe('completed');
});

test('what a server itself puts under that name is replaced by what the log says', async () => {
  const forged = { content: [], _meta: { [META]: { decided: 'forged', completed: 'forged' }, own: 1 } };
  world.upstream.answerWith((response) => {
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: forged });
    response
      .writeHead(200, { 'content-type': 'application/json', 'countersign-receipt': 'forged' })
      .end(answer);
  });
  const response = await world.call();
  expect((await keys.open(response.headers.get('countersign-receipt') ?? '')).kind).toBe('decided');
  const { result } = (await response.json()) as { result: { _meta: Record<string, Record<string, string>> } };
  expect(result._meta['own']).toBe(1);
  expect((await keys.open(result._meta[META]?.['completed'] ?? '')).kind).toBe('completed');
});

test('while the outcome cannot be recorded, nothing of the event that would bring it is sent', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  world.upstream.answerWith((response) => asked.resolve(response));
  const answered = world.call();
  const upstream = await asked.promise;
  upstream.writeHead(200, { 'content-type': 'text/event-stream' });
  upstream.write(
    'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}\n\n',
  );
  const events = eventsOf(await answered);
  expect(await events.next()).toMatchObject({ method: 'notifications/message' });
  const disk = await fillDisk(world.gateway.pid);
  upstream.end(`data: ${ODD}\n\n`);
  await expect(events.next()).rejects.toThrow(/terminated/);
  expect(events.raw()).not.toContain('result');
  await disk.free();
});
