// What an agent answered, as far as the gateway must understand it: whether it is an answer to the request that was sent,
// about which task, in which state, and where the ids in it stand. The bytes stay as they are.
import type { Result } from '../../errors.ts';
import { scan, textOf } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import type { JsonObject, JsonValue, ScanErrorCode, Scanned, ScanOptions } from '../json/types.ts';
import { type IdSite, memberText, messageIds, taskIds, updateIds } from './ids.ts';
import { pathOf, payloadOf } from './dialects/dialects.ts';
import type { Dialect } from './dialects/types.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';
import { ENVELOPE } from './places.ts';
import type { TaskState } from './states.ts';

/** Which results may come: of a message that was sent, or of GetTask and CancelTask. */
export type AnswerForm = 'message' | 'task';

export type AgentAnswer =
  | { readonly kind: 'error'; readonly error: string }
  | {
      readonly kind: 'task' | 'status' | 'artifact';
      readonly ids: readonly IdSite[];
      /** Null where the answer does not say, as an artifact never does. */
      readonly state: TaskState | null;
      /** JSON text of `result`. */
      readonly result: string;
    }
  | {
      readonly kind: 'message';
      readonly ids: readonly IdSite[];
      readonly result: string;
      /** JSON text of the message's `parts`. */
      readonly parts: string;
    };

const shapesOf = ({ places }: Dialect) => ({
  message: compileShape({ '': ENVELOPE, ...places.message }),
  task: compileShape({ '': ENVELOPE, ...places.task }),
});

const SHAPES = { '1.0': shapesOf(A2A_1_0), '0.3': shapesOf(A2A_0_3) };

const AMBIGUOUS: ReadonlySet<ScanErrorCode> = new Set(['duplicate_key', 'ambiguous_key', 'forbidden_key']);

/** What the answer is to. */
export interface Asked {
  readonly id: string | number | null;
  readonly form: AnswerForm;
  readonly isStream: boolean;
  readonly dialect: Dialect;
}

/** `bytes` is one whole JSON-RPC answer. The error says, for the record, why it is none to this request. */
export function readAnswer(bytes: Uint8Array, asked: Asked, maxBytes: number): Result<AgentAnswer, string> {
  const { dialect } = asked;
  const scanned = scan(bytes, SHAPES[dialect.version][asked.form], {
    maxBytes,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  } satisfies Partial<ScanOptions>);
  if (!scanned.ok) return no(`${scanned.error.code}: ${scanned.error.message}`);
  const { value, containers, faults } = scanned.value;
  // What leaves no doubt about the members may pass; two readers must not see two tasks.
  const ambiguous = faults.find(({ code }) => AMBIGUOUS.has(code));
  if (ambiguous !== undefined) return no(`${ambiguous.code}: ${ambiguous.message}`);
  if (value['jsonrpc'] !== '2.0') return no('it is not a JSON-RPC 2.0 message');
  if (value['id'] !== asked.id) return no('it is not the answer to the request that was sent');
  if (Object.hasOwn(value, 'error')) {
    if (Object.hasOwn(value, 'result')) return no('it has both a result and an error');
    return { ok: true, value: { kind: 'error', error: JSON.stringify(value['error']) } };
  }
  const { result } = value;
  if (!isObject(result)) return no('it has neither a result nor an error');
  const text = memberText(bytes, containers.get(''), 'result') ?? '';
  const at = { bytes, containers, text, dialect };
  return asked.form === 'task' ? task(at, 'result', result) : payload(at, result, asked.isStream);
}

interface Read {
  readonly bytes: Uint8Array;
  readonly containers: Scanned['containers'];
  /** JSON text of `result`. */
  readonly text: string;
  readonly dialect: Dialect;
}

function payload(read: Read, result: JsonObject, isStream: boolean): Result<AgentAnswer, string> {
  const { bytes, containers, text, dialect } = read;
  const found = payloadOf(dialect, result);
  if (found === null) return no('the result must be a task, a message or an event');
  const { payload: kind, value } = found;
  const path = pathOf(dialect, kind);
  if (!isObject(value)) return no(`\`${path}\` is not an object`);
  switch (kind) {
    case 'task':
      return task(read, path, value);
    case 'message': {
      const parts = containers.get(`${path}.parts`);
      if (parts === undefined || parts.kind !== 'array') return no('the message has no parts');
      const ids = messageIds(bytes, containers, path, true);
      if (!ids.ok) return ids;
      return { ok: true, value: { kind, ids: ids.value, result: text, parts: textOf(bytes, parts) } };
    }
    case 'statusUpdate':
    case 'artifactUpdate': {
      if (!isStream) return no(`\`${path}\` is an event of a stream`);
      const ids = updateIds(bytes, containers, path);
      if (!ids.ok) return ids;
      if (!ids.value.some(isOwnTask)) return no(`\`${path}\` names no task`);
      const isStatus = kind === 'statusUpdate';
      const state = isStatus ? stateIn(value['status'], dialect) : null;
      return {
        ok: true,
        value: { kind: isStatus ? 'status' : 'artifact', ids: ids.value, state, result: text },
      };
    }
  }
}

function task(
  { bytes, containers, text, dialect }: Read,
  path: string,
  value: JsonObject,
): Result<AgentAnswer, string> {
  const ids = taskIds(bytes, containers, path);
  if (!ids.ok) return ids;
  if (!ids.value.some(isOwnTask)) return no('the task has no id');
  return {
    ok: true,
    value: { kind: 'task', ids: ids.value, state: stateIn(value['status'], dialect), result: text },
  };
}

function isOwnTask(site: IdSite): boolean {
  return site.isPrimary && site.kind === 'task';
}

function stateIn(status: JsonValue | undefined, { stateOf }: Dialect): TaskState | null {
  return isObject(status) ? stateOf(status['state']) : null;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}
