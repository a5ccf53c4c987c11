// How an example agent proves who it is: tokens from the issuer, one per resource it calls, renewed before they expire.

export type Credentials = {
  readonly clientId: string;
  /** The issuer's token endpoint. */
  readonly tokenEndpoint: string;
  readonly scope?: string;
  /** The person on whose behalf it acts. */
  readonly subject?: string;
  /** Agents that acted before it, the newest first. */
  readonly priorActors?: readonly string[];
};

const RENEW_BEFORE_MS = 30_000;

/** Gives a function that yields a valid token for `resource` (RFC 8707). Errors: it throws what the issuer answered. */
export function tokenSource(credentials: Credentials, resource: string): () => Promise<string> {
  let held: { readonly token: string; readonly renewAt: number } | undefined;
  return async () => {
    if (held !== undefined && Date.now() < held.renewAt) return held.token;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      resource,
      ...(credentials.scope === undefined ? {} : { scope: credentials.scope }),
      ...(credentials.subject === undefined ? {} : { subject: credentials.subject }),
    });
    for (const actor of credentials.priorActors ?? []) form.append('prior_actor', actor);
    const response = await fetch(credentials.tokenEndpoint, { method: 'POST', body: form });
    if (!response.ok)
      throw new Error(`the issuer refused a token: ${response.status} ${await response.text()}`);
    const body = (await response.json()) as { access_token: string; expires_in: number };
    held = { token: body.access_token, renewAt: Date.now() + body.expires_in * 1000 - RENEW_BEFORE_MS };
    return held.token;
  };
}
