// A sign-in on its way to the provider and back. What it needs on its return is sealed into a short-lived cookie of the browser
// that set out, so that strangers who start sign-ins fill no memory here, and a stranger's return fits no other browser.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';

/** How long somebody may take at the provider. */
export const PENDING_MS = 10 * 60 * 1000;

/** States that came back are remembered until they would have ended: each is good once. */
const MAX_SPENT = 10_000;

const Pending = z.strictObject({
  state: z.string().min(20),
  nonce: z.string().min(20),
  verifier: z.string().min(43),
  /** Path of the console. */
  returnTo: z.string(),
  /** Seconds since the person last proved who they are, at most; null: as the provider likes. */
  maxAge: z.int().nonnegative().nullable(),
  /** Key of the session that this one replaces. */
  replaces: z.string().nullable(),
});
export type Pending = z.infer<typeof Pending>;

export interface PendingSignIns {
  /** The cookie's value. */
  seal(pending: Pending): Promise<string>;
  /** What set out with this state from this browser; null where none did, it is over, or it came back before. */
  take(cookie: string | undefined, state: string | null): Promise<Pending | null>;
}

const claims = z.object({ pending: Pending });

/** A restart makes another key: whoever is on the way then signs in again. */
export function createPendingSignIns(now: () => number): PendingSignIns {
  const key = randomBytes(32);
  const spent = new Map<string, number>();
  return {
    seal: (pending) =>
      new EncryptJWT({ pending })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(now() + PENDING_MS))
        .encrypt(key),
    async take(cookie, state) {
      if (cookie === undefined || state === null) return null;
      const opened = await open(cookie, key, now());
      if (opened === null || !isSame(opened.state, state)) return null;
      const digest = digestOf(state);
      if (spent.has(digest)) return null;
      forgetEnded(spent, now());
      spent.set(digest, now() + PENDING_MS);
      return opened;
    },
  };
}

async function open(cookie: string, key: Uint8Array, now: number): Promise<Pending | null> {
  try {
    const { payload } = await jwtDecrypt(cookie, key, {
      currentDate: new Date(now),
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      requiredClaims: ['exp'],
    });
    return claims.parse(payload).pending;
  } catch {
    return null;
  }
}

function forgetEnded(spent: Map<string, number>, now: number): void {
  for (const [digest, until] of spent) {
    if (until > now && spent.size < MAX_SPENT) return;
    spent.delete(digest);
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
