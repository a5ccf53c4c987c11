// A catalogue as the store keeps it, and the change of a catalogue as the log records it. Pure.
import type { EntryDraft, Id, Revision } from '@countersign/audit';
import { scan } from '../protocols/json/scan.ts';
import { compileShape } from '../protocols/json/shape.ts';
import type { CatalogRecord } from '../store/readers/registry.ts';
import { assembleCatalog, type Definition, type ServerCatalog } from './catalog.ts';
import { type DefinitionKind, KINDS, type ReadDefinitions, readDefinitions } from './definitions.ts';

const PARTS = { tool: 'tools', prompt: 'prompts', resource: 'resources', template: 'templates' } as const;
const SHAPE = compileShape(Object.fromEntries(Object.values(PARTS).map((part) => [part, {}])));
const UNLIMITED = { maxBytes: 2 ** 30, maxKeys: 2 ** 30, maxItems: 2 ** 30, tolerant: true };

interface CatalogPut {
  readonly put: 'catalog';
  readonly row: {
    readonly upstream_uid: string;
    readonly definitions: string;
    readonly digest: string;
    readonly fetched_at: number;
  };
}

/** The entry and the row change with which a catalogue takes the place of `before`. */
export function catalogChange(
  upstream: Id<'srv'>,
  before: ServerCatalog | null,
  after: ServerCatalog,
): { readonly entry: EntryDraft<'catalog.changed'>; readonly change: CatalogPut } {
  return {
    entry: {
      kind: 'catalog.changed',
      call: null,
      agent: null,
      chain: null,
      body: { upstream, changes: 'taken' },
      // Only what differs: the log as a whole holds every definition that was ever seen.
      details: {
        ...(before === null ? {} : { before: difference(before, after) }),
        after: difference(after, before),
      },
    },
    change: {
      put: 'catalog',
      row: {
        upstream_uid: upstream,
        definitions: toText(after),
        digest: after.digest,
        fetched_at: after.fetchedAt,
      },
    },
  };
}

/** The catalogue of a stored row; null if the row was not written by this version. */
export function fromRecord(record: CatalogRecord): ServerCatalog | null {
  const bytes = Buffer.from(record.definitions);
  const scanned = scan(bytes, SHAPE, UNLIMITED);
  if (!scanned.ok) return null;
  const { value } = scanned.value;
  const lists = new Map<DefinitionKind, ReadDefinitions['found']>();
  for (const spec of KINDS) {
    const part = PARTS[spec.kind];
    const read = readDefinitions(bytes, scanned.value, part, value[part], spec);
    if (read === null || read.skipped.length > 0) return null;
    lists.set(spec.kind, read.found);
  }
  const catalog = assembleCatalog(value['revision'] as Revision, lists, [], record.fetchedAt);
  return catalog.digest === record.digest ? catalog : null;
}

function toText(catalog: ServerCatalog): string {
  return textOfParts(catalog, () => true, { revision: catalog.revision });
}

// The definitions of `catalog` that `other` does not have in the same form.
function difference(catalog: ServerCatalog, other: ServerCatalog | null): string {
  const known = new Set<string>();
  for (const part of Object.values(PARTS)) {
    for (const { name, digest } of other?.[part] ?? []) known.add(JSON.stringify([part, name, digest]));
  }
  const isNew = (part: string, { name, digest }: Definition): boolean =>
    !known.has(JSON.stringify([part, name, digest]));
  return textOfParts(catalog, isNew, { digest: catalog.digest });
}

function textOfParts(
  catalog: ServerCatalog,
  isWanted: (part: string, definition: Definition) => boolean,
  head: Readonly<Record<string, string>>,
): string {
  const members = Object.entries(head).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  for (const part of Object.values(PARTS)) {
    const texts = catalog[part].filter((each) => isWanted(part, each)).map(({ definition }) => definition);
    members.push(`"${part}":[${texts.join(',')}]`);
  }
  return `{${members.join(',')}}`;
}
