// The endpoints of the test issuer: discovery, JWKS, and a token endpoint in the style of client credentials.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import type { JWK } from 'jose';

import { DEFAULT_LIFETIME_SECONDS, type TokenRequest } from './tokens.ts';

export type IssuerEndpoints = {
  url(): string;
  mint(request: TokenRequest): Promise<string>;
  /** The key set, or undefined while it is to be unavailable. */
  jwks(): { keys: JWK[] } | undefined;
};

/** Builds the server; it is not listening yet. */
export function createIssuerServer(endpoints: IssuerEndpoints): Server {
  return createServer((request, response) => {
    route(endpoints, request, response).catch((error: unknown) => {
      answer(response, 500, { error: 'server_error', error_description: String(error) });
    });
  });
}

async function route(
  endpoints: IssuerEndpoints,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://issuer').pathname;
  switch (`${request.method} ${path}`) {
    case 'GET /.well-known/openid-configuration':
    case 'GET /.well-known/oauth-authorization-server':
      answer(response, 200, metadata(endpoints.url()));
      return;
    case 'GET /jwks': {
      const jwks = endpoints.jwks();
      if (jwks === undefined) answer(response, 503, { error: 'temporarily_unavailable' });
      else answer(response, 200, jwks);
      return;
    }
    case 'POST /token':
      await token(endpoints, request, response);
      return;
    default:
      answer(response, 404, { error: 'not_found' });
  }
}

async function token(
  endpoints: IssuerEndpoints,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const clientId = form.get('client_id') ?? basicUser(request.headers.authorization);
  const resource = form.get('resource');
  if (form.get('grant_type') !== 'client_credentials') {
    answer(response, 400, { error: 'unsupported_grant_type', error_description: 'use `client_credentials`' });
    return;
  }
  if (clientId === undefined || clientId === '' || resource === null) {
    answer(response, 400, {
      error: 'invalid_request',
      error_description: '`client_id` and `resource` are required',
    });
    return;
  }
  const scope = form.get('scope');
  const subject = form.get('subject');
  const accessToken = await endpoints.mint({
    clientId,
    resource,
    ...(scope === null ? {} : { scope }),
    ...(subject === null ? {} : { subject, priorActors: form.getAll('prior_actor') }),
  });
  answer(response, 200, {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: DEFAULT_LIFETIME_SECONDS,
    ...(scope === null ? {} : { scope }),
  });
}

function metadata(url: string): Record<string, unknown> {
  return {
    issuer: url,
    jwks_uri: `${url}/jwks`,
    token_endpoint: `${url}/token`,
    authorization_endpoint: `${url}/authorize`,
    response_types_supported: ['code'],
    grant_types_supported: ['client_credentials'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'EdDSA'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  };
}

function basicUser(authorization: string | undefined): string | undefined {
  if (authorization?.startsWith('Basic ') !== true) return undefined;
  const user = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8').split(':')[0];
  return user === undefined ? undefined : decodeURIComponent(user);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
