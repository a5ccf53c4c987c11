// The least that anything between two processes can cost: a process that passes bytes on and reads none of them. Run as its own
// process: `node pipe.ts <url>`.
import { connect, createServer, type AddressInfo } from 'node:net';

const { hostname, port, pathname } = new URL(process.argv[2] ?? '');
const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
  client.pipe(upstream).pipe(client);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`;
  process.stdout.write(`${JSON.stringify({ ready: true, url: own })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
