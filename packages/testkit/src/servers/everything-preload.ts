// A preload for `@modelcontextprotocol/server-everything`, which is run as published. The package announces no port,
// listens on every interface and outlives its parent; what surrounds it here supplies the process contract.
import { channel } from 'node:diagnostics_channel';
import { Server, type AddressInfo } from 'node:net';
import { isMainThread } from 'node:worker_threads';

import { announceReady, dieWithParent } from '../ready.ts';

if (isMainThread) {
  dieWithParent();
  // SECURITY: the package binds every interface; an example must not be reachable from the network.
  const listen = Reflect.get(Server.prototype, 'listen');
  Server.prototype.listen = function listenOnLoopback(this: Server, ...args: unknown[]): Server {
    const [port, ...rest] = args;
    return Reflect.apply(
      listen,
      this,
      typeof port === 'object' ? args : [Number(port), '127.0.0.1', ...rest],
    );
  } as Server['listen'];
  channel('tracing:net.server.listen:asyncEnd').subscribe((message) => {
    const { server } = message as { server: Server };
    announceReady({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` });
  });
}
