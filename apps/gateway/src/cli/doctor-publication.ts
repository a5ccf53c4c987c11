// Whether those who are to hold checkpoints of the log can be reached, and how old the newest is that somebody holds. Asks
// them nothing that changes what they hold.
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { importCosignatureVerifier, parseCheckpoint, parseTrust } from '@countersign/audit';
import type { Config } from '../config.ts';
import { createHeld } from '../publication/held.ts';
import { request } from '../publication/http.ts';
import { createNews } from '../publication/news.ts';
import { createPublicationReader } from '../store/sqlite/readers/publications.ts';
import { originHash } from '../witness/wire.ts';
import type { Finding } from './doctor.ts';
import type { LogFolder } from './log-folder.ts';
import { counted } from './text.ts';
import { messageOf } from '../message-of.ts';

const MAX_BYTES = 70_000;
const SEE = 'see `countersign log witnesses`';

/** @param folder null where the log has not begun. */
export async function examinePublication(
  { log }: Config,
  folder: LogFolder | null,
  now: number,
): Promise<readonly Finding[]> {
  const witnesses = await witnessesOf(log.witnesses);
  if (!Array.isArray(witnesses)) return [witnesses as Finding];
  const origin = folder === null ? null : (await folder.log.head()).origin;
  const asked = [
    ...witnesses.map((witness) => examineWitness(witness, origin)),
    ...log.anchors.map(({ file }) => examineAnchor(file)),
    ...log.timestamps.map((authority) => examineAuthority(authority)),
  ];
  const findings = await Promise.all(asked);
  return [
    await examineAge(log, folder, { targets: findings.length, hasWitnesses: witnesses.length > 0, now }),
    ...findings,
  ];
}

interface Asked {
  readonly name: string;
  readonly url: string | null;
}

/** As the configuration, or the trust policy that it names, has them; what is wrong with that otherwise. */
async function witnessesOf(section: Config['log']['witnesses']): Promise<readonly Asked[] | Finding> {
  if (typeof section !== 'string') {
    const asked: Asked[] = [];
    for (const { key, url } of section) {
      const verifier = await importCosignatureVerifier(key);
      if (!verifier.ok)
        return { what: 'witnesses', state: 'wrong', message: `\`${key}\`: ${verifier.error.message}` };
      asked.push({ name: verifier.value.name, url });
    }
    return asked;
  }
  const text = await readFile(section).catch(() => null);
  const trust = text === null ? null : await parseTrust(new Uint8Array(text));
  if (trust?.ok === true)
    return trust.value.witnesses.map(({ verifier, url }) => ({ name: verifier.name, url }));
  const why = trust === null ? 'cannot be read' : trust.error.message;
  return { what: 'witnesses', state: 'wrong', message: `\`log.witnesses\` is \`${section}\`: ${why}` };
}

async function examineWitness({ name, url }: Asked, origin: string | null): Promise<Finding> {
  const what = `witness ${name}`;
  if (url === null) return { what, state: 'wrong', message: 'has no URL: write it after its key' };
  const prefix = url.replace(/\/+$/, '');
  const answer = await ask(origin === null ? prefix : `${prefix}/${originHash(origin)}/checkpoint`);
  if (typeof answer === 'string')
    return {
      what,
      state: 'wrong',
      message: `${url} cannot be reached (${answer}): ask whoever runs it, or take it out of \`log.witnesses\``,
    };
  const held = answer.status === 200 ? parseCheckpoint(answer.body) : null;
  if (held?.ok === true && held.value.origin === origin)
    return { what, state: 'fine', message: `${url} holds ${counted(held.value.size, 'entry', 'entries')}` };
  // Not every witness shows what it holds under its submission address.
  if (answer.status === 200 || answer.status === 404 || origin === null)
    return { what, state: 'fine', message: `${url} answers, and shows no checkpoint of this log yet` };
  return {
    what,
    state: 'wrong',
    message: `${url} answers with status ${answer.status}: ask whoever runs it`,
  };
}

async function examineAnchor(file: string): Promise<Finding> {
  const what = `anchor ${file}`;
  const found = await stat(file).catch(() => null);
  const [place, mode] =
    found === null ? [dirname(file), constants.W_OK | constants.X_OK] : [file, constants.W_OK];
  const isOpen = await access(place, mode).then(
    () => true,
    () => false,
  );
  if (!isOpen)
    return {
      what,
      state: 'wrong',
      message: `\`${place}\` cannot be written: mount its disk, or let this user append to it`,
    };
  return {
    what,
    state: 'fine',
    message: found === null ? 'is made when the first checkpoint is published' : `${found.size} bytes`,
  };
}

async function examineAuthority({ url, ca }: Config['log']['timestamps'][number]): Promise<Finding> {
  const what = `timestamps ${url}`;
  try {
    const { readRoots } = await import('../publication/timestamp/verify.ts');
    readRoots(await readFile(ca, 'utf8'));
  } catch (error) {
    const why = messageOf(error);
    return { what, state: 'wrong', message: `the certificates \`${ca}\` cannot be used: ${why}` };
  }
  const answer = await ask(url);
  // Asked without a request it may answer with any status: that it answers is what can be seen without a time stamp.
  return typeof answer === 'string'
    ? {
        what,
        state: 'wrong',
        message: `cannot be reached (${answer}): name another authority in \`log.timestamps\``,
      }
    : { what, state: 'fine', message: 'answers' };
}

async function examineAge(
  { maxUnwitnessed }: Config['log'],
  folder: LogFolder | null,
  {
    targets,
    hasWitnesses,
    now,
  }: { readonly targets: number; readonly hasWitnesses: boolean; readonly now: number },
): Promise<Finding> {
  const what = 'held elsewhere';
  if (targets === 0)
    return {
      what,
      state: 'absent',
      message:
        'nobody but this machine is to hold checkpoints, so that whoever has it can rewrite the log: name witnesses in `log.witnesses`',
    };
  if (folder === null) return { what, state: 'absent', message: 'the log has not begun yet' };
  const publications = createPublicationReader(folder.db);
  const standing = await publications.all();
  const held = createHeld({
    publications,
    standing: () => standing,
    news: createNews(folder.log),
    hasWitnesses,
    now: () => now,
    maxMs: maxUnwitnessed === 0 ? null : maxUnwitnessed * 1000,
  });
  await held.refresh();
  const { size, at, waitingMs } = held.status();
  const overdue = held.overdue();
  if (overdue !== null) return { what, state: 'wrong', message: overdue };
  if (at === null)
    return {
      what,
      state: 'wrong',
      message: `nobody holds a checkpoint yet, ${hasWitnesses ? 'by the quorum of witnesses' : 'of those configured'}: ${SEE}`,
    };
  const waiting =
    waitingMs === 0 ? 'nothing recorded since waits' : `the oldest entry since waits ${ago(waitingMs)}`;
  return {
    what,
    state: 'fine',
    message: `${counted(size, 'entry', 'entries')}, taken ${ago(now - at)} ago; ${waiting}`,
  };
}

const ask = (url: string) => request(url, {}, { maxBytes: MAX_BYTES, signal: AbortSignal.timeout(5000) });

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
