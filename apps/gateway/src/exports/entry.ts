// An entry as a store holds it, made ready to leave: read strictly, with only those details that whoever exports may show.
import {
  type Detail,
  type EntryHeader,
  fromUtf8,
  parseEntry,
  type StoredEntry,
  toDigest,
} from '@countersign/audit';
import { ExportError, type ExportedEntry } from './types.ts';

/**
 * @param mayShow which details may leave in the clear; those for which it answers false are withheld.
 * Throws an ExportError for a header that is not one: what cannot be read is not passed on as if it could.
 */
export function exportedEntry(
  { index, header: bytes, leaf, details }: StoredEntry,
  mayShow: (name: string, header: EntryHeader) => boolean,
): ExportedEntry {
  const parsed = parseEntry(bytes);
  const headerText = fromUtf8(bytes);
  if (!parsed.ok || headerText === null) {
    const why = parsed.ok ? 'not UTF-8' : parsed.error.message;
    throw new ExportError(`entry ${index} is malformed (${why}): run \`countersign verify\``);
  }
  const header = parsed.value;
  const stored = new Set<string>(details.map(({ name }) => name));
  return {
    index,
    header,
    headerText,
    leaf: toDigest(leaf),
    disclosed: details.filter(({ name }) => mayShow(name, header)),
    erased: committedNames(header).filter((name) => !stored.has(name)),
  };
}

/** The names of the details that the header commits to. */
function committedNames({ commits }: EntryHeader): readonly string[] {
  return Object.entries(commits).flatMap(([name, digest]) => (digest === null ? [] : [name]));
}

/** Committed, stored, and not shown here. */
export function withheldNames({ header, disclosed, erased }: ExportedEntry): readonly string[] {
  const known = new Set([...erased, ...disclosed.map(({ name }) => name)]);
  return committedNames(header).filter((name) => !known.has(name));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A disclosed detail as text; null where it is not disclosed. Bytes that are no UTF-8 show as replacement characters. */
export function detailText({ disclosed }: Pick<ExportedEntry, 'disclosed'>, name: string): string | null {
  const detail = disclosed.find((one) => one.name === name);
  return detail === undefined ? null : textOf(detail);
}

export function textOf({ value }: Detail): string {
  return decoder.decode(value);
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A disclosed detail as a JSON object; null where it is not disclosed or is none: details are data, never trusted. */
export function detailObject(entry: Pick<ExportedEntry, 'disclosed'>, name: string): JsonObject | null {
  const value = detailJson(entry, name);
  return isObject(value) ? value : null;
}

export function detailJson(entry: Pick<ExportedEntry, 'disclosed'>, name: string): unknown {
  const text = detailText(entry, name);
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** A member that is a text; null for anything else. */
export function member(object: JsonObject | null, name: string): string | null {
  const value = object !== null && Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
