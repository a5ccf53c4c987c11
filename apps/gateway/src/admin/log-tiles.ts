// The log as C2SP tlog-tiles serves it, so that any client of that specification can follow it: a checkpoint that everybody
// may have, tiles and entries for auditors. Nothing beyond the newest checkpoint: what is not signed may yet be nothing.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isTileIn, parseBundlePath, parseTilePath, TILE_WIDTH } from '@countersign/audit';
import { Hono } from 'hono';
import { createServedArchives } from '../archive/served.ts';
import type { AdminDeps } from './deps.ts';
import { type AdminEnv, authenticate, requires } from './principal.ts';
import { Refusal } from './refusal.ts';
import type { Sessions } from './sessions.ts';

const compressed = promisify(gzip);
/** Names stand for content that never changes; `private`, since it is not for every client of a shared cache. */
const FOR_EVER = 'private, max-age=31536000, immutable';
const PREFIX = '/log/';

/** To be mounted at the root: the prefix of the log is `/log`. */
export function logTilesApp(deps: AdminDeps, sessions: Sessions) {
  const { log, tree } = deps.readers;
  const archives = createServedArchives(deps.readers, deps.now);
  const app = new Hono<AdminEnv>();
  app.get('/log/checkpoint', async (c) => {
    const note = await deps.newestCheckpoint();
    if (note === null)
      throw new Refusal(404, 'not_found', 'no checkpoint was signed yet; try again in a second');
    return c.body(note, 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-cache',
    });
  });
  app.use('/log/tile/*', authenticate(deps, sessions), requires('auditor', 'admin'));
  app.get('/log/tile/*', async (c) => {
    const path = c.req.path.slice(PREFIX.length);
    const bundle = parseBundlePath(path);
    const tile = bundle === null ? parseTilePath(path) : { level: 0, ...bundle };
    const signed = (await log.latestCheckpoint())?.size ?? 0;
    // A client that guesses at what is not signed yet must not have a proxy remember that it is not there.
    if (tile === null || !isTileIn(signed, tile)) throw missing(c.req.path);
    const { level, index, width } = tile;
    const bytes = await (bundle === null ? tree.tile(level, index, width) : headersOf(index, width));
    if (bytes === null) throw missing(c.req.path);
    const headers = { 'Content-Type': 'application/octet-stream', 'Cache-Control': FOR_EVER };
    // Hashes do not compress; entries do.
    if (bundle === null) return c.body(Buffer.from(bytes), 200, headers);
    const vary = { ...headers, Vary: 'Accept-Encoding' };
    return acceptsGzip(c.req.header('accept-encoding'))
      ? c.body(await compressed(bytes), 200, { ...vary, 'Content-Encoding': 'gzip' })
      : c.body(Buffer.from(bytes), 200, vary);
  });
  return app;

  /** Here, or from the archive that they were moved to. */
  async function headersOf(index: number, width: number): Promise<Uint8Array | null> {
    const here = await tree.entryBundle(index, width);
    const first = index * TILE_WIDTH;
    if (here !== null || first >= (await log.archivedTo())) return here;
    const served = await archives.bundle(index, width);
    if ('bytes' in served) return served.bytes;
    throw new Refusal(
      410,
      'archived',
      `entries ${first} to ${first + TILE_WIDTH - 1} were moved to an archive, which cannot be served: ${served.why}; put it back there, or verify the log where the archive is: \`countersign verify <data folder> --archive <folder>\``,
    );
  }
}

function acceptsGzip(header = ''): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(header);
}

function missing(path: string): Refusal {
  return new Refusal(404, 'not_found', `the signed log has no \`${path}\``);
}
