// The other logs whose checkpoints this one holds, as the configuration names them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { importNoteVerifier } from '@countersign/audit';
import type { Gauge } from '../admin/metrics.ts';
import { createHeadFile } from '../checkpoints/head-file.ts';
import { KeptHeadError } from '../checkpoints/kept-head.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { createPeer, type Peer } from '../publication/peers/peer.ts';
import { lookAtAll, peerGauges } from '../publication/peers/peers.ts';
import type { LogWriter } from '../store/types.ts';
import { originHash } from '../witness/wire.ts';
import { StartError } from './problem.ts';

export interface Peers {
  start(): void;
  gauges(): readonly Gauge[];
  /** Why people should look. */
  concerns(): readonly string[];
  /** Resolves when nothing more is asked or recorded. */
  close(): Promise<void>;
}

/** Throws a StartError for a key, a token or a file that cannot be used. */
export async function openPeers(deps: {
  readonly config: Config;
  /** Of this log: nobody is a peer of himself. */
  readonly origin: string;
  readonly writer: Pick<LogWriter, 'commit'>;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): Promise<Peers> {
  const { config, origin, now } = deps;
  const { peers: section, peerSeconds } = config.log;
  const peers: Peer[] = [];
  const folder = join(config.data.dir, 'peers');
  if (section.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { key: vkey, url, tokenEnv } of section) {
    const key = await importNoteVerifier(vkey);
    if (!key.ok) throw new StartError(`\`log.peers\`, key \`${vkey}\`: ${key.error.message}`);
    if (key.value.name === origin)
      throw new StartError(`\`log.peers\` names \`${origin}\`, this log: name another`);
    const token = tokenEnv === undefined ? null : (process.env[tokenEnv] ?? '');
    if (token === '')
      throw new StartError(`\`log.peers\` has the token in \`${tokenEnv}\`, which is not set: set it`);
    const place = join(folder, originHash(key.value.name));
    const [held, conflict] = [createHeadFile(`${place}.checkpoint`), createHeadFile(`${place}.conflict`)];
    peers.push(
      await createPeer({ ...deps, key: key.value, url, token, held, conflict }).catch((error: unknown) => {
        if (!(error instanceof KeptHeadError)) throw error;
        throw new StartError(`${error.message}: remove it to begin with this peer anew`, { cause: error });
      }),
    );
  }
  const stopping = new AbortController();
  let stop = (): void => undefined;
  let looking: Promise<void> = Promise.resolve();
  function look(): Promise<void> {
    looking = lookAtAll(peers, stopping.signal);
    return looking;
  }
  return {
    start() {
      if (peers.length === 0) return;
      look().catch((error: unknown) => deps.tell(String(error)));
      stop = every(peerSeconds * 1000, look);
    },
    gauges: () =>
      peerGauges(
        peers.map((peer) => peer.status()),
        now(),
      ),
    concerns: () => peers.flatMap((peer) => peer.status().misconduct ?? []),
    async close() {
      stop();
      stopping.abort();
      await looking.catch(() => undefined);
    },
  };
}
