// The same agent in the two other bindings of A2A 1.0: the official SDK's REST router and its gRPC service, around the request
// handler that serves JSON-RPC too.
import type { AgentCard } from '@a2a-js/sdk';
import type { DefaultRequestHandler } from '@a2a-js/sdk/server';
import { restHandler, UserBuilder } from '@a2a-js/sdk/server/express';
import { A2AService, grpcService, UserBuilder as GrpcUserBuilder } from '@a2a-js/sdk/server/grpc';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Express } from 'express';

export type OtherBindings = { close(): void };

/** Serves HTTP+JSON below `<url>/rest` and gRPC on a port of its own, and names both in the card, last. */
export async function serveOtherBindings(
  app: Express,
  url: string,
  card: AgentCard,
  requestHandler: DefaultRequestHandler,
): Promise<OtherBindings> {
  app.use('/rest', restHandler({ requestHandler, userBuilder: UserBuilder.noAuthentication }));
  const server = new Server();
  server.addService(
    A2AService,
    grpcService({ requestHandler, userBuilder: GrpcUserBuilder.noAuthentication }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) resolve(port);
    else reject(error);
  });
  const port = await promise;
  const offered = { protocolVersion: '1.0', tenant: '' };
  card.supportedInterfaces.push(
    { ...offered, url: `${url}/rest`, protocolBinding: 'HTTP+JSON' },
    { ...offered, url: `127.0.0.1:${port}`, protocolBinding: 'GRPC' },
  );
  return { close: () => server.forceShutdown() };
}
