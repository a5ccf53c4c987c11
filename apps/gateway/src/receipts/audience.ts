// For which endpoint a caller's token must be good to fetch receipts: the receipts' own, or any that it may call. A
// receipt says nothing that its caller was not told there.
import type { RegistrySnapshot } from '../registry/types.ts';

export const RECEIPTS_PATH = '/receipts';

/**
 * The audience to check a token by. Nothing is verified here: what the token says of itself only chooses which of the
 * gateway's own endpoints the verifier then holds it to, whatever call is asked about.
 */
export function audienceOf(
  authorization: string | null,
  publicUrl: string,
  { servers, a2a }: Pick<RegistrySnapshot, 'servers' | 'a2a'>,
  path: string = RECEIPTS_PATH,
): string {
  const own = `${publicUrl}${path}`;
  const claimed = claimedAudiences(authorization);
  if (claimed.includes(own)) return own;
  const isEndpoint = (audience: string): boolean => {
    const at = audience.startsWith(`${publicUrl}/`) ? audience.slice(publicUrl.length) : '';
    const [, protocol = '', name = ''] = /^\/(mcp|a2a)\/([^/]+)$/.exec(at) ?? [];
    return protocol === 'mcp' ? servers.has(name) : protocol === 'a2a' && a2a.has(name);
  };
  return claimed.find(isEndpoint) ?? own;
}

function claimedAudiences(authorization: string | null): readonly string[] {
  const [, payload = ''] = /^Bearer +[^.\s]+\.([^.\s]+)\./i.exec(authorization ?? '') ?? [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const aud = (claims as { readonly aud?: unknown } | null)?.aud;
    return (Array.isArray(aud) ? (aud as readonly unknown[]) : [aud]).filter(
      (value) => typeof value === 'string',
    );
  } catch {
    return [];
  }
}
