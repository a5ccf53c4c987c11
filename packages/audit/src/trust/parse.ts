// Reads a trust policy (C2SP tlog-policy). Total: refuses whatever the format does not have, each time with the line, since
// a policy that is half understood would trust more than its author meant.

import { equalBytes, fromUtf8 } from '../bytes.ts';
import { isOrigin } from '../checkpoint.ts';
import { importCosignatureVerifier } from '../cosignature/key.ts';
import { COSIGNER_KEY, keyTypeOf, NOTE_KEY } from '../key-text.ts';
import { importNoteVerifier } from '../note-key.ts';
import { type AuditError, fail, ok, type Result } from '../result.ts';
import type { Trust, TrustedGroup, TrustedLog, TrustedManifest, TrustedWitness } from './types.ts';

const MAX_TEXT = 65_536;
/** Of logs, of witnesses and of groups; the format asks for at least 32 of each. */
const MAX_OF_A_KIND = 64;

/** Words that lines begin with. A name that is one of them makes a file that people misread. */
const KEYWORDS = ['log', 'witness', 'group', 'quorum', 'manifest'];

/** Names that nobody who reads a policy could tell from what else stands there. */
export function isReservedName(name: string): boolean {
  return [...KEYWORDS, 'none', 'any', 'all'].includes(name) || /^[0-9]+$/.test(name);
}

interface Reading {
  readonly logs: TrustedLog[];
  readonly witnesses: TrustedWitness[];
  readonly groups: TrustedGroup[];
  readonly manifests: TrustedManifest[];
  /** Names that are members of a group: each may be one only once. */
  readonly taken: Set<string>;
  quorum: string | null | undefined;
}

/** The policy in a text. Errors name the line. */
export async function parseTrust(source: Uint8Array | string): Promise<Result<Trust>> {
  const text = typeof source === 'string' ? source : fromUtf8(source);
  if (text === null || !text.isWellFormed()) return refuse('the trust policy is not valid UTF-8');
  if (text.length > MAX_TEXT) return refuse(`the trust policy is longer than ${MAX_TEXT} characters`);
  if (text.trim() === '')
    return refuse(
      'the trust policy is empty: write a line `log <key>`, and `quorum none` to ask for no witness',
    );
  if (!text.endsWith('\n')) return refuse('the trust policy does not end with a newline: it may be cut off');
  const reading: Reading = {
    logs: [],
    witnesses: [],
    groups: [],
    manifests: [],
    taken: new Set(),
    quorum: undefined,
  };
  for (const [at, line] of text.split('\n').entries()) {
    const problem = await readLine(line, reading);
    if (problem !== null) return refuse(`line ${at + 1}: ${problem}`);
  }
  const { logs, witnesses, groups, manifests, quorum } = reading;
  if (quorum === undefined)
    return refuse('the trust policy has no line `quorum`: write `quorum none` to ask for no witness');
  return ok({ logs, witnesses, groups, quorum, manifests });
}

async function readLine(line: string, reading: Reading): Promise<string | null> {
  for (const char of line) {
    if ((char < ' ' && char !== '\t') || char === '\u007f') return 'has a control character';
  }
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  const [keyword, ...rest] = words;
  if (keyword === undefined || keyword.startsWith('#')) return null;
  if (keyword === 'log') return readLog(rest, reading);
  if (keyword === 'witness') return readWitness(rest, reading);
  if (keyword === 'group') return readGroup(rest, reading);
  if (keyword === 'quorum') return readQuorum(rest, reading);
  if (keyword === 'manifest') return readManifest(rest, reading);
  return `\`${shorten(keyword)}\` is none of ${KEYWORDS.join(', ')}`;
}

async function readLog([vkey, url, ...more]: readonly string[], reading: Reading): Promise<string | null> {
  if (vkey === undefined || more.length > 0) return 'write `log <vkey> [<url>]`';
  if (reading.logs.length >= MAX_OF_A_KIND) return `there are more than ${MAX_OF_A_KIND} logs`;
  const verifier = await importNoteVerifier(vkey);
  if (!verifier.ok)
    return keyTypeOf(vkey) === COSIGNER_KEY
      ? 'this is the key of a witness, not of a log'
      : verifier.error.message;
  const { publicKey } = verifier.value;
  if (isKnown(reading, publicKey)) return 'this key stands on an earlier line already';
  reading.logs.push({ verifier: verifier.value, url: url ?? null });
  return null;
}

async function readWitness(
  [name, vkey, url, ...more]: readonly string[],
  reading: Reading,
): Promise<string | null> {
  if (name === undefined || vkey === undefined || more.length > 0)
    return 'write `witness <name> <vkey> [<url>]`';
  if (reading.witnesses.length >= MAX_OF_A_KIND) return `there are more than ${MAX_OF_A_KIND} witnesses`;
  const problem = nameProblem(name, reading);
  if (problem !== null) return problem;
  const verifier = await importCosignatureVerifier(vkey);
  if (!verifier.ok)
    return keyTypeOf(vkey) === NOTE_KEY
      ? 'this is the key of a log, not of a witness'
      : verifier.error.message;
  // SECURITY: a log that witnesses itself shows nothing, so that a log's key is refused here too.
  if (isKnown(reading, verifier.value.publicKey)) return 'this key stands on an earlier line already';
  reading.witnesses.push({ name, verifier: verifier.value, url: url ?? null });
  return null;
}

function readGroup([name, count, ...members]: readonly string[], reading: Reading): string | null {
  if (name === undefined || count === undefined || members.length === 0)
    return 'write `group <name> <k, any or all> <name>…`';
  if (reading.groups.length >= MAX_OF_A_KIND) return `there are more than ${MAX_OF_A_KIND} groups`;
  const problem = nameProblem(name, reading);
  if (problem !== null) return problem;
  const threshold = thresholdOf(count, members.length);
  if (threshold === null)
    return `\`${shorten(count)}\` is none of any, all and 1 to ${members.length}, the number of members`;
  for (const member of members) {
    if (!isDefined(member, reading)) return `\`${shorten(member)}\` is not defined on an earlier line`;
    if (reading.taken.has(member)) return `\`${shorten(member)}\` is a member of a group already`;
    reading.taken.add(member);
  }
  reading.groups.push({ name, threshold, members });
  return null;
}

function readQuorum([name, ...more]: readonly string[], reading: Reading): string | null {
  if (name === undefined || more.length > 0) return 'write `quorum <name>` or `quorum none`';
  if (reading.quorum !== undefined) return 'there is a line `quorum` already';
  if (name !== 'none' && !isDefined(name, reading))
    return `\`${shorten(name)}\` is not defined on an earlier line`;
  reading.quorum = name === 'none' ? null : name;
  return null;
}

function readManifest([origin, serial, ...more]: readonly string[], reading: Reading): string | null {
  if (origin === undefined || serial === undefined || more.length > 0)
    return 'write `manifest <origin> <serial>`, the least serial of its key manifest that is taken';
  if (!isOrigin(origin)) return `\`${shorten(origin)}\` is no origin of a log`;
  if (!/^[1-9][0-9]{0,14}$/.test(serial))
    return `\`${shorten(serial)}\` is no serial: write a number from 1 on`;
  if (reading.manifests.length >= MAX_OF_A_KIND) return `there are more than ${MAX_OF_A_KIND} manifests`;
  if (reading.manifests.some((known) => known.origin === origin))
    return `there is a line \`manifest ${shorten(origin)}\` already`;
  reading.manifests.push({ origin, serial: Number(serial) });
  return null;
}

function thresholdOf(count: string, members: number): number | null {
  if (count === 'any') return 1;
  if (count === 'all') return members;
  const threshold = /^[1-9][0-9]{0,3}$/.test(count) ? Number(count) : 0;
  return threshold >= 1 && threshold <= members ? threshold : null;
}

function nameProblem(name: string, reading: Reading): string | null {
  if (name === 'none') return '`none` is no name: it means that no witness is asked for';
  if (isReservedName(name))
    return `\`${shorten(name)}\` is a word of the format, or a number: choose another name`;
  return isDefined(name, reading) ? `\`${shorten(name)}\` is defined on an earlier line already` : null;
}

function isDefined(name: string, { witnesses, groups }: Reading): boolean {
  return [...witnesses, ...groups].some((known) => known.name === name);
}

function isKnown({ logs, witnesses }: Reading, publicKey: Uint8Array): boolean {
  return [...logs, ...witnesses].some((known) => equalBytes(known.verifier.publicKey, publicKey));
}

function shorten(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}

function refuse(message: string): { readonly ok: false; readonly error: AuditError } {
  return fail('trust_malformed', message);
}
