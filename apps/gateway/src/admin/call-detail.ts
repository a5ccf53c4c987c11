// One call in full: its row, why it was decided so, what was sent and answered, and the entries that say so.
import { isDigest } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { entriesOfCall } from './call-entries.ts';
import type { CallDetail } from './client.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { AdminReaders } from './deps.ts';
import { approversOf, readExplanation } from './explanation.ts';
import { callView, isoTimeOfEntry } from './view.ts';

const strings = z.array(z.string());
const bytesDigest = z.object({ sha256: z.string().refine(isDigest), bytes: z.int() });

export async function callDetail(
  readers: AdminReaders,
  registry: Pick<RegistrySnapshot, 'users'>,
  call: CallRecord,
): Promise<CallDetail> {
  const entries = await entriesOfCall(readers, call.id);
  const latest = (kind: string) => entries.findLast(({ header }) => header.kind === kind);
  const decided = latest('call.decided');
  if (decided?.header.kind !== 'call.decided')
    throw new Error(`the log has no decision of call \`${call.id}\``);
  const completed = latest('call.completed');
  const { policySet, schema } = decided.header.body;
  const said = (name: string): string | null => decided.details.get(name) ?? null;
  return {
    call: callView(call),
    why: readExplanation(said('explanation'), policySet, schema, approversOf(registry, call)),
    labels: readJson(said('labels'), strings) ?? [],
    caller: readJson(said('caller'), z.unknown()),
    token: readJson(said('token'), z.unknown()),
    actors: readJson(said('actors'), strings) ?? [],
    request: {
      params: said('request'),
      rx: readJson(said('rx'), bytesDigest),
      tx: readJson(said('tx'), bytesDigest),
    },
    result: latest('task.settled')?.details.get('result') ?? completed?.details.get('result') ?? null,
    error: completed?.details.get('error') ?? null,
    entries: entries.map(({ index, leaf, header, erased, intact }) => ({
      index,
      kind: header.kind,
      leaf,
      time: isoTimeOfEntry(header.time),
      erased: [...erased],
      intact,
    })),
    receipt: {
      origin: (await readers.log.head()).origin,
      index: decided.index,
      leaf: decided.leaf,
    },
  };
}

/** Null where the text is missing, no JSON, or of another shape: an older gateway may have written it. */
function readJson<T>(text: string | null, schema: z.ZodType<T>): T | null {
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
