// The receipts of a call in its own answer, in the `metadata` of the task, message or event, where the agent's manifest says
// `receipts: inline`: spliced into the agent's text once the outcome is on record, one of the closed list of rewrites
// (docs/recording.md). Whatever an agent itself puts under that name is replaced.
import type { Deps } from '../../pipeline/deps.ts';
import { receiptsJson } from '../../pipeline/receipted.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { EntryReceipt } from '../../store/types.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';
import { DIALECTS, dialectOf, pathOf } from './dialects/dialects.ts';
import { isMessageCall } from './named.ts';

/** The extension under whose name receipts stand in metadata (A2A 1.0, section 4.6). */
export const RECEIPT_EXTENSION = 'https://countersign.dev/extensions/receipt/v1';

const PAYLOADS = ['task', 'message', 'statusUpdate', 'artifactUpdate'] as const;
const HOLDERS = PAYLOADS.map((payload) => pathOf(DIALECTS['a2a-1.0'], payload));
const PLACES = [...HOLDERS, 'result'].flatMap((path) => [path, `${path}.metadata`]);
const SHAPE = compileShape(Object.fromEntries(PLACES.map((path) => [path, {}])));

/**
 * The `metadata` of a task of the gateway's own that a held message ended in, as JSON text; undefined where the manifest asks
 * for none. They are the receipts of that message, whoever asks for the task.
 */
export async function ownMetadata(
  call: RecordedCall,
  completed: EntryReceipt | null,
  deps: Pick<Deps, 'receipts'>,
): Promise<string | undefined> {
  if (call.upstream.receipts !== 'inline' || call.receipt === null) return undefined;
  return metadataOf(await receiptsJson(call, call.receipt, completed, deps));
}

/**
 * @param bytes one JSON-RPC answer; one that is an error, or whose metadata is no object, stays as it is.
 * @param isOwn whether the gateway itself made it: then the receipts that stand there already are those of the message that
 *   the task was for, and stay.
 */
export async function inlineReceipts(
  call: RecordedCall,
  bytes: Uint8Array,
  completed: EntryReceipt | null,
  deps: Pick<Deps, 'receipts'>,
  isOwn = false,
): Promise<Uint8Array> {
  if (call.upstream.receipts !== 'inline' || call.receipt === null) return bytes;
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  const containers = scanned.ok ? scanned.value.containers : null;
  // In 1.0 a message is answered with a member for one of several; anything else is the task, message or event itself.
  const isWrapped = isMessageCall(call) && dialectOf(call).wrapped !== null;
  const paths = isWrapped ? HOLDERS : ['result'];
  const path = paths.find((each) => containers?.get(each)?.kind === 'object');
  const holder = path === undefined ? undefined : containers?.get(path);
  if (path === undefined || holder === undefined) return bytes;
  const metadata = containers?.get(`${path}.metadata`);
  if (isOwn && metadata?.members.has(RECEIPT_EXTENSION) === true) return bytes;
  const json = await receiptsJson(call, call.receipt, completed, deps);
  if (metadata?.kind === 'object')
    return splice(bytes, editMembers(metadata, new Map([[RECEIPT_EXTENSION, json]])));
  // ProtoJSON: null is how a sender may write "absent".
  const written = holder.members.get('metadata');
  const isAbsent =
    written === undefined || Buffer.from(bytes.subarray(written.start, written.end)).equals(NULL);
  if (!isAbsent) return bytes;
  return splice(bytes, editMembers(holder, new Map([['metadata', metadataOf(json)]])));
}

const metadataOf = (json: string): string => `{${JSON.stringify(RECEIPT_EXTENSION)}:${json}}`;

const NULL = Buffer.from('null');
