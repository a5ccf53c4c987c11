// A2A 0.3 over JSON-RPC (specification/json/a2a.json of that version): plain JSON in which objects say their `kind`.
import { TASK_STATES, type TaskState } from '../states.ts';
import { placesOf } from '../places.ts';
import type { Dialect, PartContent } from './types.ts';

const STATES: Readonly<Record<TaskState, string>> = {
  TASK_STATE_UNSPECIFIED: 'unknown',
  TASK_STATE_SUBMITTED: 'submitted',
  TASK_STATE_WORKING: 'working',
  TASK_STATE_COMPLETED: 'completed',
  TASK_STATE_FAILED: 'failed',
  TASK_STATE_CANCELED: 'canceled',
  TASK_STATE_INPUT_REQUIRED: 'input-required',
  TASK_STATE_REJECTED: 'rejected',
  TASK_STATE_AUTH_REQUIRED: 'auth-required',
};

export const A2A_0_3: Dialect = {
  revision: 'a2a-0.3',
  version: '0.3',
  wrapped: null,
  kinds: {
    task: 'task',
    message: 'message',
    statusUpdate: 'status-update',
    artifactUpdate: 'artifact-update',
    text: 'text',
    data: 'data',
  },
  roles: { user: 'user', agent: 'agent' },
  states: STATES,
  stateOf: (value) => TASK_STATES.find((state) => STATES[state] === value) ?? null,
  partOf,
  partRule: 'be of the kind `text`, `file` (with either `bytes` or `uri`) or `data`, and of no other',
  webhook: 'pushNotificationConfig',
  places: placesOf({
    common: ['kind'],
    part: ['text', 'file', 'data'],
    inPart: { file: ['name', 'mimeType', 'bytes', 'uri'] },
    statusUpdate: ['final'],
    configuration: ['pushNotificationConfig', 'blocking'],
    webhook: 'pushNotificationConfig',
    answer: { task: 'result', message: 'result', statusUpdate: 'result', artifactUpdate: 'result' },
  }),
};

// SECURITY: readers of 0.3 go by `kind` or by what is there: a part of two kinds would be two things to two of them.
function partOf(part: Readonly<Record<string, unknown>>): PartContent | null {
  const { kind, text, data, file } = part;
  const [only, ...more] = ['text', 'file', 'data'].filter((name) => Object.hasOwn(part, name));
  if (only !== kind || more.length > 0) return null;
  switch (kind) {
    case 'text':
      return typeof text === 'string' ? { kind, text, mediaType: null } : null;
    case 'data':
      return { kind, data, mediaType: null };
    case 'file':
      return isObject(file) ? fileOf(file) : null;
    default:
      return null;
  }
}

function fileOf({ bytes, uri, mimeType }: Readonly<Record<string, unknown>>): PartContent | null {
  const mediaType = typeof mimeType === 'string' ? mimeType : null;
  if (typeof bytes === 'string' && uri === undefined) return { kind: 'raw', mediaType };
  return typeof uri === 'string' && bytes === undefined ? { kind: 'url', url: uri, mediaType } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
