// A catalogue as the store keeps it, and the change of a catalogue as the log records it. Pure.
import type { EntryDraft, Id, Revision } from '@countersign/audit';
import { scan } from '../protocols/json/scan.ts';
import { compileShape } from '../protocols/json/shape.ts';
import type { CatalogRecord } from '../store/readers/registry.ts';
import { assembleCatalog, type Definition, itemsOf, type ServerCatalog } from './catalog.ts';
import {
  type DefinitionKind,
  instructionsIn,
  KINDS,
  type ReadDefinitions,
  readDefinitions,
} from './definitions.ts';

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
  changes: 'taken' | 'held_back' = 'taken',
): { readonly entry: EntryDraft<'catalog.changed'>; readonly change: CatalogPut } {
  return {
    entry: {
      kind: 'catalog.changed',
      call: null,
      agent: null,
      chain: null,
      body: { upstream, changes },
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
  const revision = value['revision'] as Revision;
  const catalog = assembleCatalog(revision, lists, [], record.fetchedAt, instructionsIn(value));
  return catalog.digest === record.digest ? catalog : null;
}

function toText(catalog: ServerCatalog): string {
  return textOfParts(catalog, () => true, { revision: catalog.revision });
}

// The definitions of `catalog` that `other` does not have in the same form.
function difference(catalog: ServerCatalog, other: ServerCatalog | null): string {
  const known = new Set(other === null ? [] : itemsOf(other).map(keyOf));
  return textOfParts(catalog, (definition) => !known.has(keyOf(definition)), { digest: catalog.digest });
}

function textOfParts(
  catalog: ServerCatalog,
  isWanted: (definition: Definition) => boolean,
  head: Readonly<Record<string, string>>,
): string {
  const members = Object.entries(head).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  for (const part of Object.values(PARTS)) {
    const texts = catalog[part].filter(isWanted).map(({ definition }) => definition);
    members.push(`"${part}":[${texts.join(',')}]`);
  }
  const { instructions } = catalog;
  if (instructions !== null && isWanted(instructions))
    members.push(`"instructions":${instructions.definition}`);
  return `{${members.join(',')}}`;
}

/** The same for what is the same definition of the same item. */
export function keyOf({ kind, name, digest }: Definition): string {
  return JSON.stringify([kind, name, digest]);
}
