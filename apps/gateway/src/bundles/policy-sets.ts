// The policy sets of a bundle, each disclosed by the salt of the entry that brought it into force, so that it can be checked
// against that entry with or without an engine; and what they were typed by, as far as that is still known.
import { type BodyLine, fromUtf8, toHex } from '@countersign/audit';
import { buildSchema } from '@countersign/policy';
import { sha256Hex } from '../policies/sha256.ts';
import { unpackInput } from '../policies/typed-by.ts';
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

/** A schema is not needed to decide again: it shows that the set fitted the tools that there were. */
export async function* schemaLines(
  plan: ExportPlan,
  { shows }: Disclosure,
  readers: ExportReaders,
): AsyncGenerator<BodyLine, void> {
  const written = new Set<string>();
  for await (const { header } of plannedKinds(plan, ['policy.activated'], readers)) {
    if (header.kind !== 'policy.activated' || !shows('sources', header)) continue;
    const { set, schema } = header.body;
    if (schema === null || written.has(schema)) continue;
    const packed = await readers.policies.typedBy(set);
    if (packed === null) continue;
    const input = unpackInput(packed);
    // Kept is what the set was typed by when it last went live; of earlier times nothing is known.
    if (buildSchema(input, sha256Hex).digest !== schema) continue;
    written.add(schema);
    yield { type: 'schema', digest: schema, input: JSON.stringify(input) };
  }
}
