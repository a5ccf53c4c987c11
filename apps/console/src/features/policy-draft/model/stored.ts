// A draft as the browser keeps it. Reading is total: what another version of this page wrote, or somebody else altered, is no
// draft.
import type { PolicySource } from '../../../api/types.ts';
import type { Base, Draft } from './draft.ts';

/** Under which name the draft of a person is kept: two people at one browser have one each. */
export const keyOf = (user: string): string => `countersign.policy-draft.${user}`;

export const stored = (draft: Draft): string => JSON.stringify(draft);

export function readStored(text: string | null): Draft | null {
  const value = parsed(text);
  if (!isRecord(value) || !Array.isArray(value['files'])) return null;
  const { from, cases } = value;
  const base = readBase(value['base']);
  const files = value['files'].map(readFile).filter((file) => file !== null);
  if (base === null || files.length !== value['files'].length) return null;
  if (new Set(files.map(({ file }) => file)).size !== files.length) return null;
  if (!isVersion(from) || typeof cases !== 'string') return null;
  return { from, base, files, cases };
}

function readBase(value: unknown): Base | null {
  if (!isRecord(value)) return null;
  const { digest, version } = value;
  return (digest === null || typeof digest === 'string') && isVersion(version) ? { digest, version } : null;
}

function readFile(value: unknown): PolicySource | null {
  if (!isRecord(value)) return null;
  const { file, text } = value;
  return typeof file === 'string' && typeof text === 'string' ? { file, text } : null;
}

const isVersion = (value: unknown): value is number | null =>
  value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
