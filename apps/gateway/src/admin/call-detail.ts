// One call in full: its row, why it was decided so, what was sent and answered, and the entries that say so.
import { isDigest } from '@countersign/audit';
import { z } from '@hono/zod-openapi';
import { entriesOfCall } from './call-entries.ts';
import type { CallDetail } from './client.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import { timelineOf } from './call-timeline.ts';
import { checkedCalls, countTampered } from './checked-calls.ts';
import type { AdminReaders } from './deps.ts';
import { approversOf, readExplanation, readsInput, withoutInput } from './explanation.ts';
import { approvalView, callView, isoTimeOfEntry } from './view.ts';

const strings = z.array(z.string());
const bytesDigest = z.object({ sha256: z.string().refine(isDigest), bytes: z.int() });

/**
 * What the call carried (arguments, result, error, and what policies read of the arguments) is in it only when
 * `isRevealed`: whoever sets that has recorded who looks, and why.
 */
export async function callDetail(
  readers: AdminReaders,
  registry: Pick<RegistrySnapshot, 'users'>,
  call: CallRecord,
  { isRevealed }: { readonly isRevealed: boolean },
): Promise<CallDetail> {
  const entries = await entriesOfCall(readers, call.id);
  const differences = await readers.calls.differences(call.id, { thorough: true });
  // The row may name entries of other calls: it is no evidence.
  const latest = (kind: string) =>
    entries.findLast(({ header }) => header.kind === kind && header.call === call.id);
  const decided = latest('call.decided');
  if (decided?.header.kind !== 'call.decided')
    throw new Error(`the log has no decision of call \`${call.id}\``);
  const completed = latest('call.completed');
  const { policySet, schema } = decided.header.body;
  const said = (name: string): string | null => decided.details.get(name) ?? null;
  const why = readExplanation(said('explanation'), policySet, schema, approversOf(registry, call));
  const carried = {
    request: said('request'),
    result: latest('task.settled')?.details.get('result') ?? completed?.details.get('result') ?? null,
    error: completed?.details.get('error') ?? null,
  };
  const isTampered = countTampered(differences.length > 0);
  const { approval } = call;
  return {
    call: callView(call, isTampered),
    timeline: timelineOf(entries),
    approval: approval === null ? null : await approvalOf(readers, approval),
    similar: await checkedCalls(readers, await similarTo(readers, call)),
    why: why === null || isRevealed ? why : withoutInput(why),
    labels: readJson(said('labels'), strings) ?? [],
    caller: readJson(said('caller'), z.unknown()),
    token: readJson(said('token'), z.unknown()),
    actors: readJson(said('actors'), strings) ?? [],
    request: {
      params: isRevealed ? carried.request : null,
      rx: readJson(said('rx'), bytesDigest),
      tx: readJson(said('tx'), bytesDigest),
    },
    result: isRevealed ? carried.result : null,
    error: isRevealed ? carried.error : null,
    withheld: isRevealed
      ? []
      : [
          ...(['request', 'result', 'error'] as const).filter((name) => carried[name] !== null),
          ...(why !== null && readsInput(why) ? (['reads'] as const) : []),
        ],
    tampered: isTampered,
    differences: [...differences],
    entries: entries.map(({ index, leaf, header, text, erased, isKeyLost, intact }) => ({
      index,
      kind: header.kind,
      leaf,
      header: text,
      time: isoTimeOfEntry(header.time),
      erased: [...erased],
      isKeyLost,
      intact,
    })),
    receipt: {
      origin: (await readers.log.head()).origin,
      index: decided.index,
      leaf: decided.leaf,
    },
  };
}

const SIMILAR = 20;

/** Earlier calls by the same agent on the same thing: none where it is not known who called or what. */
async function similarTo(
  readers: Pick<AdminReaders, 'calls'>,
  { agent, upstream, resource, seq }: CallRecord,
): Promise<readonly CallRecord[]> {
  if (agent === null || upstream === null || resource === null) return [];
  const page = await readers.calls.page({ agent, upstream, resource }, { limit: SIMILAR, before: seq });
  return page.calls;
}

/** Without what is to be sent: that is shown with the rest of what the call carried. */
async function approvalOf(
  readers: Pick<AdminReaders, 'approvals'>,
  id: string,
): Promise<CallDetail['approval']> {
  const approval = await readers.approvals.get(id);
  if (approval === null) return null;
  const { params: _, ...shown } = approvalView(approval, await readers.approvals.reviews(id));
  return shown;
}

/** How many details a revealed call shows. */
export function detailsShown(detail: CallDetail): number {
  return [detail.request.params, detail.result, detail.error].filter((each) => each !== null).length;
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
