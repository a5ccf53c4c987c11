// The gateway's word that a push notification is its own: a JWT that names whom it is for, which task it is about, and the
// digest of the body, so that nothing of it can be changed or told to somebody else (docs/a2a.md).
import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SigningKey } from '../../../identity/keys.ts';

const TYPE = 'countersign-push+jwt';
const LIFETIME_SECONDS = 300;

export interface PushFacts {
  /** The client's address, as it was named. */
  readonly url: string;
  /** As the client knows it. */
  readonly task: string;
  /** The call that set the address. */
  readonly call: string;
  readonly body: Uint8Array;
}

export function signPush(
  key: Pick<SigningKey, 'kid' | 'algorithm' | 'privateKey'>,
  issuer: string,
  { url, task, call, body }: PushFacts,
  now: number,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  const digest = createHash('sha256').update(body).digest('base64url');
  return new SignJWT({ taskId: task, call, body_sha256: digest })
    .setProtectedHeader({ alg: key.algorithm, typ: TYPE, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(url)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(key.privateKey);
}
