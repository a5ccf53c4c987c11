// What a change of the registry, or a declassification, would do, out of the effect that it stores. Pure. Null for a shape
// that this page does not know: then the data itself is shown, and nobody approves what they did not see.
import type { Call, DiffResult } from '../../../api/types.ts';

type Decision = Call['decision'];

export interface FieldChange {
  readonly field: string;
  /** JSON text; null where it is absent. */
  readonly before: string | null;
  readonly after: string | null;
  /** Whether the gateway goes by it beside policy. */
  readonly isGateways: boolean;
}

export interface ObjectChange {
  readonly op: 'created' | 'updated' | 'deleted';
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly FieldChange[];
}

export interface ReplayGroup {
  readonly agent: string;
  readonly target: string;
  readonly from: Decision;
  readonly to: Decision;
  readonly count: number;
  /** Ids of calls. */
  readonly calls: readonly string[];
}

export interface RegistryReplay {
  readonly lookedAt: number;
  readonly decisions: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly notReplayed: number;
  readonly isCut: boolean;
  /** Null in proposals of an earlier version. */
  readonly covered: DiffResult['covered'];
  readonly groups: readonly ReplayGroup[];
}

export interface RegistryEffect {
  readonly objects: readonly ObjectChange[];
  /** Why no recorded call was decided again, where none was. */
  readonly replay: RegistryReplay | { readonly none: string };
}

export function registryEffect(effect: unknown): RegistryEffect | null {
  if (!isRecord(effect)) return null;
  const objects = allOf(effect['objects'], objectChange);
  const { replay, notReplayed } = effect;
  const told = replay === null && typeof notReplayed === 'string' ? { none: notReplayed } : replayOf(replay);
  return objects === null || told === null ? null : { objects, replay: told };
}

export interface ClearedExposure {
  readonly holder: string;
  readonly kind: 'agent' | 'person';
  readonly label: string;
  readonly until: string;
  /** The call that brought it. */
  readonly call: string;
  /** What that call was made on, `<server>/<name>`; null where that is not known any more. */
  readonly from: string | null;
}

export function clearedExposures(effect: unknown): readonly ClearedExposure[] | null {
  return isRecord(effect) ? allOf(effect['exposures'], clearedExposure) : null;
}

function objectChange(value: unknown): ObjectChange | null {
  if (!isRecord(value)) return null;
  const { op, kind, name } = value;
  const fields = allOf(value['fields'], fieldChange);
  if (op !== 'created' && op !== 'updated' && op !== 'deleted') return null;
  return fields === null || typeof kind !== 'string' || typeof name !== 'string'
    ? null
    : { op, kind, name, fields };
}

function fieldChange(value: unknown): FieldChange | null {
  if (!isRecord(value) || typeof value['field'] !== 'string' || !Array.isArray(value['moves'])) return null;
  const { field, before, after, moves } = value;
  const shown = (part: unknown): string | null =>
    part === null || part === undefined ? null : JSON.stringify(part);
  return { field, before: shown(before), after: shown(after), isGateways: moves.includes('gateway') };
}

function replayOf(value: unknown): RegistryReplay | null {
  if (!isRecord(value) || !isRecord(value['notReplayed'])) return null;
  const { lookedAt, decisions, changed, unchanged, isCut } = value;
  const groups = allOf(value['groups'], replayGroup);
  const left = Object.values(value['notReplayed']);
  if (groups === null || !left.every(isCount)) return null;
  if (!isCount(lookedAt) || !isCount(decisions) || !isCount(changed) || !isCount(unchanged)) return null;
  const covered = coveredOf(value['covered'] ?? null);
  if (covered === undefined) return null;
  const notReplayed = left.reduce((sum, count) => sum + count, 0);
  return { lookedAt, decisions, changed, unchanged, notReplayed, isCut: isCut === true, covered, groups };
}

/** Undefined for what is none. */
function coveredOf(value: unknown): DiffResult['covered'] | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { since, entries, archived, left } = value;
  if (since !== null && typeof since !== 'string') return undefined;
  return isCount(entries) && isCount(archived) && isCount(left)
    ? { since, entries, archived, left }
    : undefined;
}

function replayGroup(value: unknown): ReplayGroup | null {
  if (!isRecord(value)) return null;
  const { agent, target, from, to, count } = value;
  const calls = allOf(value['calls'], (call) => (typeof call === 'string' ? call : null));
  if (typeof agent !== 'string' || typeof target !== 'string' || calls === null) return null;
  return isDecision(from) && isDecision(to) && isCount(count)
    ? { agent, target, from, to, count, calls }
    : null;
}

function clearedExposure(value: unknown): ClearedExposure | null {
  if (!isRecord(value) || !isRecord(value['holder'])) return null;
  const { label, until, call, upstream, resource } = value;
  const { kind, name, uid, key } = value['holder'];
  const id = kind === 'agent' ? uid : key;
  if (typeof label !== 'string' || typeof until !== 'string' || typeof call !== 'string') return null;
  if ((kind !== 'agent' && kind !== 'subject') || typeof id !== 'string') return null;
  return {
    holder: typeof name === 'string' ? name : id,
    kind: kind === 'agent' ? 'agent' : 'person',
    label,
    until,
    call,
    from: typeof upstream === 'string' && typeof resource === 'string' ? `${upstream}/${resource}` : null,
  };
}

/** Null where one of them is not what it should be: less must not be shown than takes effect. */
function allOf<T>(value: unknown, read: (one: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.map(read).filter((one) => one !== null);
  return found.length === value.length ? found : null;
}

const isCount = (value: unknown): value is number => typeof value === 'number';
const isDecision = (value: unknown): value is Decision =>
  value === 'allow' || value === 'deny' || value === 'hold';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
