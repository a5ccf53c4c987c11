// What a receipt is held against on the command line: a checkpoint or a proof in a file, or a log at hand. Every checkpoint
// is taken only if a key of the log that the reader trusts signed it.
import {
  type Checkpoint,
  type KeyManifest,
  leafHash,
  type NoteVerifier,
  openCosignatures,
  openSpoken,
  parseTlogProof,
  proveInclusion,
  type Receipt,
  type ReceiptEvidence,
  type Trust,
} from '@countersign/audit';
import { StoreError } from '../store/store-error.ts';
import { CommandError } from './exit.ts';
import type { LogFolder } from './log-folder.ts';

/** Whom the reader believes. */
export interface Believed {
  readonly verifiers: readonly NoteVerifier[];
  readonly trust: Trust | null;
  /** Which key speaks where; undefined where none is known. */
  readonly manifest?: KeyManifest | undefined;
}

export type Found = Omit<ReceiptEvidence, 'now'>;

/** A witness may be given a checkpoint late, by a log that is honest: its word counts only this much after the promise. */
const WITNESS_LAG_MS = 600_000;

/** Of a checkpoint, or of a C2SP tlog-proof with its checkpoint. */
export async function evidenceInText(text: string, what: string, believed: Believed): Promise<Found> {
  const proof = text.startsWith('c2sp.org/tlog-proof@') ? parseTlogProof(text) : null;
  if (proof !== null && !proof.ok)
    throw new CommandError(2, `${what} cannot be used: ${proof.error.message}`);
  const note = proof?.value.checkpoint ?? text;
  const checkpoint = await spokenCheckpoint(note, what, believed);
  const seenAt = await witnessedAt(note, believed);
  return {
    checkpoint,
    ...(proof === null ? {} : { inclusionProof: proof.value.hashes }),
    ...(seenAt === null ? {} : { checkpointAt: seenAt }),
  };
}

/**
 * Of a log on disk, by a checkpoint from elsewhere or by its own newest. Its entries say how late it is: by the clock of
 * the log itself, which can only speak against it.
 */
export async function evidenceInLog(
  receipt: Receipt,
  folder: LogFolder,
  elsewhere: Found,
  believed: Believed,
): Promise<Found> {
  const { origin, size } = await folder.log.head();
  if (origin !== receipt.origin)
    throw new CommandError(
      2,
      `the log at hand is \`${origin}\`, and the receipt is of \`${receipt.origin}\``,
    );
  const stored = receipt.index < size ? await folder.log.entry(receipt.index) : null;
  const entry = stored === null ? {} : { entry: { index: receipt.index, leaf: leafHash(stored.header) } };
  const newest = size === 0 ? null : await folder.log.entry(size - 1);
  const at = newest === null ? {} : { checkpointAt: timeOf(newest.header) };
  const found =
    elsewhere.checkpoint === undefined ? { ...at, ...(await ownCheckpoint(folder, believed)) } : elsewhere;
  const { checkpoint } = found;
  const isCovered = checkpoint !== undefined && checkpoint.size > receipt.index && checkpoint.size <= size;
  const inclusionProof = isCovered ? await proofIn(folder, receipt.index, checkpoint) : null;
  return { ...found, ...entry, ...(inclusionProof === null ? {} : { inclusionProof }) };
}

/** A checkpoint by a key that speaks for its log at its size, where it is known which does. */
export async function spokenCheckpoint(
  note: string,
  what: string,
  { verifiers, manifest }: Believed,
): Promise<Checkpoint> {
  if (verifiers.length === 0) throw unsigned(what, 'no key of the log was given');
  const opened = await openSpoken(note, verifiers, manifest);
  if (opened === null) throw unsigned(what, 'a key signed it that had been revoked by then');
  if (!opened.ok) throw unsigned(what, opened.error.message);
  return opened.value;
}

async function ownCheckpoint({ log, kept, vkey }: LogFolder, believed: Believed): Promise<Found> {
  const note = (await log.latestCheckpoint())?.note ?? kept;
  if (note === null) return {};
  if (believed.verifiers.length === 0)
    throw new CommandError(
      2,
      vkey === null
        ? 'no key of the log was given: name it with `--key` or `--trust`'
        : 'the key of the log at hand cannot be used: name it with `--key` or `--trust`',
    );
  return { checkpoint: await spokenCheckpoint(note, 'the newest checkpoint of the log at hand', believed) };
}

/** Null where the stored tree has not what it takes: then nothing is shown by it. */
async function proofIn(
  { tree }: LogFolder,
  index: number,
  { size }: Checkpoint,
): Promise<readonly Uint8Array[] | null> {
  try {
    return await proveInclusion(index, size, tree.node);
  } catch (error) {
    if (error instanceof RangeError || error instanceof StoreError) return null;
    throw error;
  }
}

/** When, at the latest, a witness of the policy was still given this checkpoint; milliseconds since the epoch. */
async function witnessedAt(note: string, { trust }: Believed): Promise<number | null> {
  if (trust === null || trust.witnesses.length === 0) return null;
  const cosigned = await openCosignatures(
    note,
    trust.witnesses.map(({ verifier }) => verifier),
  );
  if (!cosigned.ok) throw unsigned('the checkpoint', cosigned.error.message);
  const times = cosigned.value.map(({ time }) => time * 1000 - WITNESS_LAG_MS);
  return times.length === 0 ? null : Math.max(...times);
}

function timeOf(header: Uint8Array): number {
  const { time } = JSON.parse(Buffer.from(header).toString('utf8')) as { readonly time?: unknown };
  return typeof time === 'number' ? time / 1000 : Number.NaN;
}

function unsigned(what: string, why: string): CommandError {
  return new CommandError(
    2,
    `${what} cannot be used: ${why}; name the log's own key with \`--key\` or \`--trust\``,
  );
}
