// A preload (`--import`) for a program that cannot be told to send a bearer token: the official conformance suite. Adds the token
// to each request to the gateway, however it is made, and changes nothing else.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const token = process.env['CONFORMANCE_TOKEN'];
const origin = process.env['CONFORMANCE_ORIGIN'];

interface UndiciRequest {
  readonly origin: string | URL;
  addHeader(name: string, value: string): void;
}

if (token !== undefined && origin !== undefined) {
  const authorization = `Bearer ${token}`;
  const { hostname } = new URL(origin);
  // `fetch`, of whichever copy of undici.
  subscribe('undici:request:create', (message) => {
    const { request } = message as { readonly request: UndiciRequest };
    if (String(request.origin) === origin) request.addHeader('authorization', authorization);
  });
  // `node:http`. By where it connects to, since the header `Host` of some of these requests is wrong on purpose.
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.host === hostname) request.setHeader('authorization', authorization);
  });
}
