// The policy sets of a bundle: each once, disclosed by the salt of the entry that brought it into force, so that it can be
// checked against that entry with or without an engine.
import { type BodyLine, fromUtf8, toHex } from '@countersign/audit';
import type { Disclosure } from './disclosure.ts';
import type { ExportPlan } from './plan.ts';
import type { ExportReaders } from './types.ts';
import { plannedKinds } from './planned-kinds.ts';

export async function* policySetLines(
  plan: ExportPlan,
  { shows }: Disclosure,
  readers: ExportReaders,
): AsyncGenerator<BodyLine, void> {
  for await (const { header, stored } of plannedKinds(plan, ['policy.activated'], readers)) {
    if (header.kind !== 'policy.activated' || !shows('sources', header)) continue;
    const detail = stored.details.find(({ name }) => name === 'sources');
    const sources = detail === undefined ? null : fromUtf8(detail.value);
    if (detail === undefined || sources === null) continue;
    const { index, body } = header;
    yield { type: 'policySet', digest: body.set, entry: index, salt: toHex(detail.salt), sources };
  }
}
