// The proof bundle as text, line by line: what an auditor needs besides a trust policy, and nothing that they would have
// to believe (docs/log-format.md, "Proof bundles").
import {
  type BodyLine,
  BUNDLE_VERSION,
  type BundleSelection,
  createBundleWriter,
  type Digest,
  type EntryLine,
  fromUtf8,
  type Id,
  proveConsistency,
  proveInclusion,
  proveRange,
  toDigest,
  toHex,
} from '@countersign/audit';
import { ALGEBRA, engineVersion } from '@countersign/policy';
import { withheldNames } from '../exports/entry.ts';
import type { ExportedEntry } from '../exports/types.ts';
import { VERSION } from '../version.ts';
import type { Anchor } from './anchors.ts';
import type { Disclosure } from './disclosure.ts';
import { plannedEntries } from './entries.ts';
import type { ExportPlan } from './plan.ts';
import { policySetLines, schemaLines } from './policy-sets.ts';
import type { ExportReaders, ExportRequest } from './types.ts';

export interface BundleSource {
  readonly id: Id<'exp'>;
  readonly origin: string;
  readonly request: ExportRequest;
  readonly plan: ExportPlan;
  readonly disclosure: Disclosure;
  readonly anchors: readonly Anchor[];
  /** The newest key manifest; null where the log has none. */
  readonly keys: string | null;
  readonly readers: ExportReaders;
  /** Milliseconds since the epoch. */
  readonly made: number;
}

export async function* writeBundle(source: BundleSource): AsyncGenerator<string, void> {
  const { plan, readers, disclosure, anchors } = source;
  const { size } = plan.checkpoint;
  const read = readers.tree.node;
  const writer = createBundleWriter();
  yield writer.line(headLine(source));
  if (source.keys !== null) yield writer.line({ type: 'keys', note: source.keys });
  yield writer.line({ type: 'checkpoint', note: plan.checkpoint.note });
  const sizes = new Set([...source.request.since, ...anchors.map((anchor) => anchor.size)]);
  for (const from of [...sizes].filter((one) => one > 0 && one < size).toSorted((a, b) => a - b))
    yield writer.line({
      type: 'consistency',
      from,
      hashes: digests(await proveConsistency(from, size, read)),
    });
  for (const { to, name, note, proof } of anchors)
    yield writer.line({ type: 'anchor', to, name, note, proof });
  for await (const line of policySetLines(plan, disclosure, readers)) yield writer.line(line);
  for await (const line of schemaLines(plan, disclosure, readers)) yield writer.line(line);
  const { selected } = plan;
  if (selected.kind === 'range') {
    const { from, to } = selected;
    const { before, after } = await proveRange({ from, to }, size, read);
    yield writer.line({ type: 'range', from, to, before: digests(before), after: digests(after) });
  }
  for await (const entry of plannedEntries(plan, disclosure, readers)) {
    const isMember = selected.kind === 'range' && plan.isSelected(entry.index);
    const proof = isMember ? null : digests(await proveInclusion(entry.index, size, read));
    yield writer.line(entryLine(entry, proof, plan.isSelected(entry.index)));
  }
  yield writer.end();
}

function headLine({ id, origin, request, disclosure, made }: BundleSource): BodyLine {
  const { query } = request;
  const selection: BundleSelection = {
    agent: query.agent ?? null,
    call: (query.call as Id<'call'> | undefined) ?? null,
    chain: (query.chain as Id<'chain'> | undefined) ?? null,
    from: query.from ?? null,
    outcome: query.outcome ?? null,
    policy: query.policy ?? null,
    to: query.to ?? null,
  };
  return {
    type: 'bundle',
    v: BUNDLE_VERSION,
    algebra: ALGEBRA,
    disclosed: disclosure.names,
    engine: engineVersion(),
    export: id,
    generator: `countersign ${VERSION}`,
    made: made * 1000,
    origin,
    selection,
  };
}

function entryLine(entry: ExportedEntry, proof: readonly Digest[] | null, selected: boolean): EntryLine {
  return {
    type: 'entry',
    // A policy set has a line of its own, which discloses these.
    details: entry.disclosed
      .filter((one) => !isSources(entry, one.name))
      .map(({ name, salt, value }) => {
        const text = fromUtf8(value);
        const base64 = text === null ? Buffer.from(value).toString('base64') : null;
        return { name, salt: toHex(salt), text, base64 };
      }),
    erased: entry.erased,
    header: entry.headerText,
    index: entry.index,
    leaf: entry.leaf,
    proof,
    selected,
    withheld: [
      ...withheldNames(entry),
      ...entry.disclosed.filter((one) => isSources(entry, one.name)).map(({ name }) => name),
    ],
  };
}

function isSources({ header }: ExportedEntry, name: string): boolean {
  return header.kind === 'policy.activated' && name === 'sources';
}

function digests(hashes: readonly Uint8Array[]): Digest[] {
  return hashes.map(toDigest);
}
