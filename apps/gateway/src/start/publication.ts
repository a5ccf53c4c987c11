// Those who hold checkpoints of the log, as the configuration names them, and the watch over how old what they hold is.
import { readFile } from 'node:fs/promises';
import {
  importCosignatureVerifier,
  importNoteVerifier,
  type NoteVerifier,
  parseKeyManifest,
  parseTrust,
  type Trust,
} from '@countersign/audit';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { anchorFile } from '../publication/anchor-file.ts';
import { createHeld, type HeldStatus } from '../publication/held.ts';
import { createNews } from '../publication/news.ts';
import { createOwnLog, type OwnLog } from '../publication/own-log.ts';
import { createPublisher } from '../publication/publisher.ts';
import { countedTrust, type Quorum, quorumOf } from '../publication/quorum.ts';
import type { Target } from '../publication/types.ts';
import { witnessTarget } from '../publication/witness-target.ts';
import type { PublicationRecord } from '../store/readers/publications.ts';
import type { Store } from '../store/store.ts';
import { StartError } from './problem.ts';
import { messageOf } from '../message-of.ts';

export interface Publication {
  /** Begins to publish. */
  start(): void;
  /** Why people should look: what was recorded waits too long for somebody to hold it. Null while all is well. */
  overdue(): string | null;
  /** Why calls are to be refused meanwhile; null while they need not be. */
  refusal(): string | null;
  held(): HeldStatus;
  standing(): readonly PublicationRecord[];
  /** Whose cosignatures are asked for; null where nobody's are. */
  trust(): Trust | null;
  /** The note to hand out: the newest checkpoint, of those that enough witnesses cosigned where there are any. */
  newest(): Promise<string | null>;
  /** Publishes the end of the log once, if that is possible soon, and then nothing any more. */
  finish(): Promise<void>;
  close(): void;
}

const TICK_MS = 1_000;
const LOOK_MS = 1_000;
const FINISH_MS = 5_000;

/** Throws a StartError for keys, policies and certificates that cannot be used. */
export async function openPublication(deps: {
  readonly config: Config;
  readonly origin: string;
  /** Keys of this log that are here; those that are not are taken from its key manifest. */
  readonly vkeys: readonly string[];
  readonly store: Store;
  readonly now: () => number;
  readonly tell: (message: string) => void;
  /** The log is not what it signed. */
  readonly onContradiction: (message: string) => void;
}): Promise<Publication> {
  const { config, origin, store, now, tell } = deps;
  const { readers } = store;
  const section = config.log;
  const { keys, revoked } = await ownKeys(store, deps.vkeys);
  const log = createOwnLog({
    origin,
    keys,
    revoked,
    node: readers.tree.node,
    size: () => store.health().size,
  });
  const trust = await trustOf(section);
  const quorum = trust === null ? null : quorumOf(trust, keys);
  const targets = [
    ...witnessTargets(quorum, log),
    ...section.anchors.map(({ file }) => anchorFile(file, log)),
    ...(await timestampTargets(section.timestamps, now)),
  ];
  const news = createNews(readers.log);
  const publisher = await createPublisher({
    writer: store,
    log: readers.log,
    publications: readers.publications,
    news,
    targets,
    quorum,
    now,
    intervalMs: section.publishSeconds * 1000,
    onContradiction: (message) => {
      tell(`the log is not what it signed: ${message}`);
      deps.onContradiction(message);
    },
    tell,
  });
  const maxMs = section.maxUnwitnessed === 0 ? null : section.maxUnwitnessed * 1000;
  const hasWitnesses = quorum !== null;
  const held = createHeld({
    publications: readers.publications,
    standing: () => publisher.standing(),
    news,
    hasWitnesses,
    now,
    maxMs,
  });
  let isOverdue = false;
  async function look(): Promise<void> {
    await held.refresh();
    const why = held.overdue();
    if (isOverdue === (why !== null)) return;
    isOverdue = why !== null;
    tell(why === null ? 'what was recorded is held elsewhere again' : `degraded: ${why}`);
  }
  let stops: (() => void)[] = [];
  const stop = (): void => {
    for (const each of stops) each();
    stops = [];
  };
  return {
    start() {
      if (targets.length === 0) return;
      stops = [every(TICK_MS, () => publisher.tick()), every(LOOK_MS, look)];
    },
    overdue: () => held.overdue(),
    refusal: () => (section.stopWhenUnwitnessed ? held.overdue() : null),
    held: () => held.status(),
    standing: () => publisher.standing(),
    trust: () => trust,
    async newest() {
      const cosigned = hasWitnesses ? await readers.publications.newestCosigned() : null;
      return cosigned?.note ?? (await readers.log.latestCheckpoint())?.note ?? null;
    },
    async finish() {
      stop();
      if (targets.length === 0) return;
      try {
        await store.signNow();
        await publisher.finish(FINISH_MS);
      } catch (error) {
        // The log itself is closed in order all the same, and goes on from here at the next start.
        tell(`the end of the log was published to nobody: ${messageOf(error)}`);
      }
    },
    close: stop,
  };
}

/** Every key that ever signed for this log, and from which size on those that were revoked do not. */
async function ownKeys(
  store: Store,
  vkeys: readonly string[],
): Promise<{ readonly keys: readonly NoteVerifier[]; readonly revoked: ReadonlyMap<string, number> }> {
  const record = await store.readers.keys.manifest();
  const manifest = record === null ? null : parseKeyManifest(record.note);
  const listed = manifest?.ok === true ? manifest.value.keys : [];
  const all = new Set([
    ...vkeys,
    ...listed.filter(({ role }) => role === 'checkpoint').map(({ vkey }) => vkey),
  ]);
  const verifiers: NoteVerifier[] = [];
  for (const vkey of all) {
    const verifier = await importNoteVerifier(vkey);
    if (!verifier.ok)
      throw new StartError(`a checkpoint key of this log cannot be used: ${verifier.error.message}`);
    verifiers.push(verifier.value);
  }
  const revoked = listed.flatMap(({ vkey, to, revoked: isRevoked }) =>
    isRevoked && to !== null ? [[vkey, to] as const] : [],
  );
  return { keys: verifiers, revoked: new Map(revoked) };
}

/** Null where no witness is asked. */
async function trustOf({ witnesses, quorum }: Config['log']): Promise<Trust | null> {
  if (typeof witnesses === 'string') {
    const text = await readFile(witnesses).catch((error: unknown) => {
      throw new StartError(`the trust policy \`${witnesses}\` cannot be read`, { cause: error });
    });
    const trust = await parseTrust(new Uint8Array(text));
    if (!trust.ok) throw new StartError(`the trust policy \`${witnesses}\`: ${trust.error.message}`);
    if (trust.value.quorum === null)
      throw new StartError(
        `the trust policy \`${witnesses}\` asks for no witness: leave out \`log.witnesses\``,
      );
    return trust.value;
  }
  if (witnesses.length === 0) return null;
  const trusted = [];
  for (const { key, url } of witnesses) {
    const verifier = await importCosignatureVerifier(key);
    if (!verifier.ok) throw new StartError(`\`log.witnesses\`, key \`${key}\`: ${verifier.error.message}`);
    trusted.push({ name: verifier.value.name, verifier: verifier.value, url });
  }
  return countedTrust(trusted, quorum === 0 ? trusted.length : quorum);
}

function witnessTargets(quorum: Quorum | null, log: OwnLog): readonly Target[] {
  return (quorum?.witnesses ?? []).map(({ name, verifier, url }) => {
    if (url === null || URL.parse(url)?.protocol.startsWith('http') !== true)
      throw new StartError(
        `the witness \`${name}\` of the trust policy has no http or https URL: write it after its key`,
      );
    return witnessTarget({ url, verifier, log });
  });
}

async function timestampTargets(
  timestamps: Config['log']['timestamps'],
  now: () => number,
): Promise<readonly Target[]> {
  if (timestamps.length === 0) return [];
  // WHY only now: the libraries for certificates cost memory and time that most starts need not pay.
  const { timestampTarget } = await import('../publication/timestamp/target.ts');
  const { readRoots } = await import('../publication/timestamp/verify.ts');
  return Promise.all(
    timestamps.map(async ({ url, ca }) => {
      try {
        return timestampTarget({ url, roots: readRoots(await readFile(ca, 'utf8')), now });
      } catch (error) {
        const why = messageOf(error);
        throw new StartError(`the certificates \`${ca}\` cannot be used: ${why}`, { cause: error });
      }
    }),
  );
}
