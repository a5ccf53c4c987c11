// `requestState` of MCP 2026-07-28 on its way through a client: sealed by the gateway (AES-256-GCM), the server's own state
// inside, with all that the answers to it must match. Whoever holds it can neither read it nor change it (protocols.md 1.4).
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Id } from '@countersign/audit';
import type { AuthenticatedCall, ChainLink, InboundCall } from '../../pipeline/types.ts';
import { canonicalText, parseLexical, withoutMembers } from '../json/canonical.ts';
import { proven } from './asked-call.ts';
import type { AskOperation } from './operations.ts';

/** A question that the client was asked, by the server's own key for it. */
export interface PutQuestion {
  readonly key: string;
  readonly operation: AskOperation;
  readonly call: Id<'call'>;
}

/** Where the answered call hangs: under the one that was answered with questions. */
export type RoundLink = Pick<ChainLink, 'kind' | 'chain' | 'depth' | 'agents'> & {
  readonly parent: Id<'call'>;
};

export interface RequestState {
  /** Random: it goes on once. */
  readonly id: string;
  /** The process that sealed it. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly holder: string;
  readonly call: string;
  readonly link: RoundLink;
  readonly questions: readonly PutQuestion[];
  /** The server's own; null where it gave none. */
  readonly inner: string | null;
  /** The call waits for people, and its client comes back to learn more: the gateway's own state. */
  readonly held?: HeldRound;
}

export interface HeldRound {
  /** How often its client has come back for it. */
  readonly waits: number;
  /** What the held call brought back of its server, which its client would not send again. */
  readonly state: RequestState | null;
  /** JSON text of the answers that the held call carries. */
  readonly responses: string | null;
}

const VERSION = 'countersign/request-state/1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function sealState(key: Uint8Array, state: RequestState): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(VERSION));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(state)), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** Null for whatever was not sealed with this key, or was changed since. */
export function openState(key: Uint8Array, text: string): RequestState | null {
  const bytes = Buffer.from(text, 'base64url');
  // Decoders skip what is not of the alphabet: another text must not be the same state.
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return null;
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(VERSION))
    .setAuthTag(bytes.subarray(end));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, end)), decipher.final()]);
    return JSON.parse(opened.toString('utf8')) as RequestState;
  } catch {
    return null;
  }
}

export function newStateId(): string {
  return randomBytes(16).toString('base64url');
}

/** Who may bring the state back. */
export function holderOf({ caller: { agent, subject } }: Pick<AuthenticatedCall, 'caller'>): string {
  return JSON.stringify([agent?.uid ?? null, subject?.key ?? null]);
}

/** Where hangs what follows from this call. */
export function linkBelow({ id, link }: Pick<AuthenticatedCall, 'id' | 'link'>): RoundLink {
  const { kind, chain, depth, agents } = link;
  return { kind: proven(kind), chain, depth, agents, parent: id };
}

/** What is asked of a client each time anew, and says nothing of what is called. */
const OF_THE_ROUND = ['_meta', 'inputResponses', 'requestState'];

/** What the state is good for: the same call again. SHA-256, 64 hex digits. */
export function sameCall({ upstream, operation, message }: InboundCall): string {
  const params = message?.paramsText ?? '';
  const kept = params === '' ? '' : canonicalText(withoutMembers(parseLexical(params), OF_THE_ROUND));
  return createHash('sha256')
    .update(JSON.stringify([upstream.uid, operation, kept]))
    .digest('hex');
}
