// What a server says of a task, read from its bytes as far as the gateway must understand it: which task, how it stands, and
// where its parts are. What two readers could take for two tasks is refused.
import type { Result } from '../../../errors.ts';
import { scan, textOf } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import type { Container, JsonObject, JsonValue, ScanErrorCode } from '../../json/types.ts';
import { type TaskStatus, statusOf } from './states.ts';

const TASK = [
  'taskId',
  'status',
  'statusMessage',
  'createdAt',
  'lastUpdatedAt',
  'ttl',
  'ttlMs',
  'pollInterval',
  'pollIntervalMs',
];
const KNOWN = {
  known: [...TASK, 'resultType', 'task', 'tasks', 'result', 'error', 'inputRequests', '_meta'],
};

const SHAPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] },
  params: KNOWN,
  'params._meta': {},
  result: KNOWN,
  'result._meta': {},
  'result.task': { known: TASK },
  'result.inputRequests': {},
  'result.tasks.*': { known: TASK },
});

/** Longer ids than any server mints: what is kept of each task must have a size. */
const MAX_ID = 512;

const AMBIGUOUS: ReadonlySet<ScanErrorCode> = new Set(['duplicate_key', 'ambiguous_key', 'forbidden_key']);

export interface Message {
  readonly bytes: Uint8Array;
  readonly value: JsonObject;
  readonly containers: ReadonlyMap<string, Container>;
}

export interface ToldTask {
  readonly id: string;
  readonly status: TaskStatus;
  /** Milliseconds that its server keeps it for; null for ever, or where it does not say. */
  readonly ttl: number | null;
  readonly members: JsonObject;
}

/** @param bytes one JSON-RPC message of a server. The error says, for the record, why it is none. */
export function readServerMessage(bytes: Uint8Array): Result<Message, string> {
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  if (!scanned.ok) return no(scanned.error.code);
  const { value, containers, faults } = scanned.value;
  const ambiguous = faults.find(({ code }) => AMBIGUOUS.has(code));
  if (ambiguous !== undefined) return no(ambiguous.code);
  return { ok: true, value: { bytes, value, containers } };
}

/** The task that a value is; an error where it is none. */
export function toldTask(value: JsonValue | undefined): Result<ToldTask, string> {
  const members = objectOf(value);
  if (members === null) return no('it tells no task');
  const { taskId, ttl, ttlMs } = members;
  if (!isTaskId(taskId)) return no('the task has no id that can be kept');
  const status = statusOf(members['status']);
  if (status === null) return no('the task has no status that is known');
  const lasts = ttlMs ?? ttl;
  return {
    ok: true,
    value: { id: taskId, status, ttl: typeof lasts === 'number' && lasts >= 0 ? lasts : null, members },
  };
}

export function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID && !CONTROL.test(value);
}

const CONTROL = /\p{Cc}/u;

export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function memberText({ bytes, containers }: Message, path: string, name: string): string | null {
  const member = containers.get(path)?.members.get(name);
  return member === undefined ? null : textOf(bytes, member);
}

/** A task in the words that can hold nothing of a result: its server's prose is left out. */
export function quietTask({ id, status, members }: ToldTask): JsonObject {
  const times = ['createdAt', 'lastUpdatedAt'].filter((name) => isTime(members[name]));
  const numbers = ['ttl', 'ttlMs', 'pollInterval', 'pollIntervalMs'].filter((name) =>
    isNumber(members[name]),
  );
  const kept = [...times, ...numbers].map((name) => [name, members[name] as JsonValue] as const);
  return { taskId: id, status, ...Object.fromEntries(kept) };
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

export function isTime(value: unknown): boolean {
  return typeof value === 'string' && TIME.test(value);
}

export function isNumber(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}
