import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseFrames, parseSyslog } from '../exports/testing/readers.ts';
import { tellStory } from '../exports/testing/story.ts';
import { syslogDelivery } from './syslog.ts';

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function receiver(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const story = tellStory();
const never = new AbortController().signal;

function deliveryTo(port: number, acknowledge: 'close' | 'none' = 'close') {
  return syslogDelivery(
    { host: '127.0.0.1', port, transport: 'tcp', acknowledge, ca: null },
    story.context(),
  );
}

test('a batch counts as taken when the receiver read all of it and closed after us', async () => {
  let received = Buffer.alloc(0);
  const port = await receiver((socket) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
    });
    socket.on('end', () => socket.end());
  });
  await deliveryTo(port).send(story.entries(), never);
  const { messages, rest } = parseFrames(received);
  expect(rest).toHaveLength(0);
  expect(messages.map((message) => parseSyslog(message).id)).toEqual(
    story.entries().map(({ header }) => header.kind),
  );
});

test.each<[string, (socket: Socket) => void, RegExp]>([
  [
    'closes in order while it is sent to',
    (socket) => socket.once('data', () => socket.end()),
    /before it was sent/,
  ],
  [
    'resets',
    (socket) => socket.once('data', () => socket.resetAndDestroy()),
    /before it was sent|ECONNRESET/,
  ],
  ['closes without reading', (socket) => socket.destroy(), /broke|ECONNRESET|before/],
])('a receiver that %s has not taken the batch', async (_, serve, why) => {
  const delivery = deliveryTo(await receiver(serve));
  await expect(delivery.send(story.entries(), AbortSignal.timeout(2000))).rejects.toThrow(why);
});

test('a receiver that is not there is an error, not the end of the process', async () => {
  const port = await receiver(() => {});
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  await expect(deliveryTo(port).send(story.entries(), never)).rejects.toThrow('ECONNREFUSED');
});

test('a stop ends a batch under way at once, and leaves no connection behind', async () => {
  const closed = Promise.withResolvers<void>();
  const stop = new AbortController();
  const port = await receiver((socket) => {
    socket.on('end', () => closed.resolve());
    socket.on('error', () => closed.resolve());
    socket.once('data', () => stop.abort());
  });
  await expect(deliveryTo(port).send(story.entries(), stop.signal)).rejects.toThrow(/stops|abort/);
  await closed.promise;
});

test('without acknowledgement one connection is used for several batches', async () => {
  let connections = 0;
  const port = await receiver((socket) => {
    connections += 1;
    socket.resume();
  });
  const delivery = deliveryTo(port, 'none');
  await delivery.send(story.entries(), never);
  await delivery.send(story.entries(), never);
  await delivery.close();
  expect(connections).toBe(1);
});
