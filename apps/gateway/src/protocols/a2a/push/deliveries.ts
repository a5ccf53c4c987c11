// Push notifications on their way to clients: for each address in order, each tried a few times, and never more waiting than
// there is room for. `sending` is on record before the first byte leaves; how it ended is, too. What waits when the gateway
// stops is not sent later: the task can be asked for (ADR 0030).
import { setTimeout as delay } from 'node:timers/promises';
import type { EntryDraft, Id } from '@countersign/audit';
import { ok, refuse, type Result } from '../../../errors.ts';
import type { SigningKey } from '../../../identity/keys.ts';
import type { Deps } from '../../../pipeline/deps.ts';
import { json } from '../../../pipeline/entries.ts';
import { refused } from '../../../pipeline/record.ts';
import { warn } from '../../../warnings.ts';
import { rawBody } from '../../http.ts';
import type { PushConfig } from './config.ts';
import type { Posted, Poster } from './post.ts';
import { signPush } from './sign.ts';

export interface Notification {
  /** Of the config: what goes to one address goes there in order. */
  readonly id: string;
  readonly config: PushConfig;
  /** As the client knows it. */
  readonly task: string;
  /** The call that set the address, and the entry that allowed it. */
  readonly call: Id<'call'>;
  readonly decided: number;
  readonly chain: Id<'chain'>;
  readonly agent: Id<'agt'>;
  readonly type: string;
  readonly body: Uint8Array;
  /** What came from the agent; null for the gateway's own word. */
  readonly rx: { readonly sha256: string; readonly bytes: number } | null;
  /** Why it must not be sent any more; null while it may. */
  readonly stopped: () => string | null;
}

export interface Deliveries {
  /** Resolves once it is on record that it is being sent. */
  send(notification: Notification): Promise<Result<void>>;
  /** Breaks off what waits, and resolves when that is on record. */
  stop(): Promise<void>;
}

export interface DeliveriesDeps {
  readonly pipeline: Pick<Deps, 'writer' | 'now' | 'neverStore'>;
  readonly poster: Poster;
  readonly key: Pick<SigningKey, 'kid' | 'algorithm' | 'privateKey'>;
  readonly publicUrl: () => string;
  readonly attempts: number;
  /** Before the second attempt; doubled before each one after. */
  readonly retryMs: number;
}

const MAX_WAITING = 1_000;
const MAX_WAITING_EACH = 64;
/** Of one agent: others must have room, too. */
const MAX_WAITING_AGENT = 256;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_RETRY_MS = 60_000;

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const { pipeline, poster } = deps;
  const turns = new Map<string, Promise<void>>();
  /** By config, and by agent. */
  const waiting = new Map<string, number>();
  const stopping = new AbortController();
  let all = 0;
  let bytes = 0;

  function isFull({ id, agent, body }: Notification): boolean {
    const own = waiting.get(id) ?? 0;
    const ofAgent = waiting.get(agent) ?? 0;
    return (
      all >= MAX_WAITING ||
      own >= MAX_WAITING_EACH ||
      ofAgent >= MAX_WAITING_AGENT ||
      bytes + body.byteLength > MAX_WAITING_BYTES
    );
  }

  function count({ id, agent, body }: Notification, by: 1 | -1): void {
    all += by;
    bytes += by * body.byteLength;
    for (const holder of [id, agent]) {
      const own = (waiting.get(holder) ?? 0) + by;
      if (own === 0) waiting.delete(holder);
      else waiting.set(holder, own);
    }
  }

  async function deliver(notification: Notification): Promise<void> {
    const { config, body, task, call, type } = notification;
    let posted: Posted = { status: null, outcome: 'again', error: 'the gateway stopped' };
    let attempts = 0;
    while (attempts < deps.attempts && posted.outcome === 'again' && !stopping.signal.aborted) {
      if (attempts > 0) await pause(attempts);
      const stopped = notification.stopped();
      if (stopping.signal.aborted) break;
      if (stopped !== null) {
        posted = { status: null, outcome: 'refused', error: stopped };
        break;
      }
      attempts += 1;
      const signature = await signPush(
        deps.key,
        deps.publicUrl(),
        { url: config.url, task, call, body },
        pipeline.now(),
      );
      posted = await poster.post(config.url, headersOf(config, type, signature), body, stopping.signal);
    }
    const state = posted.outcome === 'delivered' ? 'delivered' : 'failed';
    const details = posted.error === null ? {} : { error: pipeline.neverStore.clean(posted.error) };
    const entry = entryOf(notification, { state, attempts, status: posted.status }, details);
    const result = await pipeline.writer.commit({ entries: [entry] });
    if (!result.ok) warn(`how a push notification of ${call} ended could not be recorded: ${result.code}`);
  }

  async function pause(attempts: number): Promise<void> {
    const ms = Math.min(MAX_RETRY_MS, deps.retryMs * 2 ** (attempts - 1));
    await delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
  }

  return {
    async send(notification) {
      if (stopping.signal.aborted || isFull(notification))
        return refuse(
          'upstream_unavailable',
          'too many push notifications wait',
          'too many push notifications wait to be sent: try again later',
          { retryAfterSeconds: 30 },
        );
      count(notification, 1);
      const { config, body, rx } = notification;
      const tx = rawBody(body);
      const result = await pipeline.writer.commit({
        entries: [
          entryOf(
            notification,
            { state: 'sending', attempts: 0, status: null },
            {
              destination: pipeline.neverStore.clean(placeOf(config.url)),
              tx: json({ sha256: tx.sha256, bytes: body.byteLength }),
              ...(rx === null ? {} : { rx: json(rx) }),
            },
          ),
        ],
      });
      if (!result.ok) {
        count(notification, -1);
        return refused(result);
      }
      const before = turns.get(notification.id) ?? Promise.resolve();
      const turn = before
        .then(() => deliver(notification))
        .catch((error: unknown) => warn(`push notification: ${String(error)}`))
        .finally(() => {
          count(notification, -1);
          if (turns.get(notification.id) === turn) turns.delete(notification.id);
        });
      turns.set(notification.id, turn);
      return ok(undefined);
    },
    async stop() {
      stopping.abort();
      await Promise.all(turns.values());
      await poster.close();
    },
  };
}

function headersOf(
  { token, authentication }: PushConfig,
  type: string,
  signature: string,
): Readonly<Record<string, string>> {
  const authorization =
    authentication === null
      ? `Bearer ${signature}`
      : `${authentication.scheme} ${authentication.credentials}`;
  return {
    'content-type': type,
    authorization,
    'countersign-signature': signature,
    ...(token === null ? {} : { 'x-a2a-notification-token': token }),
  };
}

function entryOf(
  { call, agent, chain, decided }: Notification,
  body: Pick<EntryDraft<'push.notified'>['body'], 'state' | 'attempts' | 'status'>,
  details: EntryDraft<'push.notified'>['details'],
): EntryDraft<'push.notified'> {
  return { kind: 'push.notified', call, agent, chain, body: { ...body, decided }, details };
}

/** An address without its query, which may hold secrets. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
