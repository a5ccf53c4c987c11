// A registered object: its manifest and the identity that it keeps for ever. The registry is a map of these.
import { isId } from '@countersign/audit';
import type { Problem } from '../config/problems.ts';
import { ok, type Result } from '../errors.ts';
import type { Row } from '../store/types.ts';
import { checkManifest } from './manifests.ts';
import { type Kind, KIND_FACTS, type UidOf } from './names.ts';
import type { Manifest, ManifestOf } from './schema.ts';

export interface StoredObjectOf<K extends Kind> {
  /** Minted once; survives every change, and is never given to another object, also not to one of the same name. */
  readonly uid: UidOf<K>;
  /** Counts the changes, from 1. */
  readonly generation: number;
  readonly manifest: ManifestOf<K>;
}
export type StoredObject = { [K in Kind]: StoredObjectOf<K> }[Kind];

/** All objects, by `keyOfObject`. */
export type Objects = ReadonlyMap<string, StoredObject>;

/** What a reader of the `objects` table yields. */
export interface ObjectRow {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly manifest: string;
  readonly generation: number;
}

export function keyOfObject(kind: Kind, name: string): string {
  return `${kind}/${name}`;
}

export function find<K extends Kind>(objects: Objects, kind: K, name: string): StoredObjectOf<K> | undefined {
  return objects.get(keyOfObject(kind, name)) as StoredObjectOf<K> | undefined;
}

export function allOf<K extends Kind>(objects: Objects, kind: K): readonly StoredObjectOf<K>[] {
  const found: readonly StoredObject[] = [...objects.values()].filter(
    (object) => object.manifest.kind === kind,
  );
  return found as readonly unknown[] as readonly StoredObjectOf<K>[];
}

/** Rows of the `objects` table as objects; each is checked again, since a store can be edited behind our back. */
export function objectsOf(rows: Iterable<ObjectRow>): Result<Objects, readonly Problem[]> {
  const objects = new Map<string, StoredObject>();
  const problems: Problem[] = [];
  for (const row of rows) {
    const where = `the stored ${row.kind} \`${row.name}\``;
    const parsed = checkManifest(
      parseJson(row.manifest),
      { source: where, document: null, lineOf: () => null },
      null,
    );
    if (!parsed.ok) {
      problems.push(...parsed.error);
      continue;
    }
    const { manifest } = parsed.value;
    const { uid, generation } = row;
    const isOwn = manifest.kind === row.kind && manifest.metadata.name === row.name;
    if (!isOwn || !isId(uid, KIND_FACTS[manifest.kind].prefix)) {
      const message = 'its row and its manifest disagree: restore the store from a backup';
      problems.push({ source: where, document: null, line: null, key: '', message });
      continue;
    }
    const object = { uid, generation, manifest } as StoredObject;
    objects.set(keyOfObject(manifest.kind, manifest.metadata.name), object);
  }
  return problems.length > 0 ? { ok: false, error: problems } : ok(objects);
}

/** The columns of an object that change with it. */
export function columnsOf(object: StoredObject, now: number): Row {
  return { manifest: canonicalManifest(object.manifest), generation: object.generation, updated_at: now };
}

/** One text per meaning: members sorted, absent ones left out. Two manifests are the same when these are. */
export function canonicalManifest(manifest: Manifest): string {
  return canonicalText(manifest);
}

/** The same for a part of a manifest; `undefined` has a text of its own. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
