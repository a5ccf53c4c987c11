// A2A 1.0 (specification/a2a.proto, as ProtoJSON).
import { TASK_STATES, type TaskState, taskStateOf } from '../states.ts';
import { placesOf } from '../places.ts';
import type { Dialect, PartContent } from './types.ts';

const CONTENTS = ['text', 'raw', 'url', 'data'] as const;

export const A2A_1_0: Dialect = {
  revision: 'a2a-1.0',
  version: '1.0',
  wrapped: {
    task: 'task',
    message: 'message',
    statusUpdate: 'statusUpdate',
    artifactUpdate: 'artifactUpdate',
  },
  kinds: null,
  roles: { user: 'ROLE_USER', agent: 'ROLE_AGENT' },
  states: Object.fromEntries(TASK_STATES.map((state) => [state, state])) as Record<TaskState, string>,
  stateOf: taskStateOf,
  partOf,
  partRule: 'hold exactly one of `text`, `raw`, `url` and `data`',
  webhook: 'taskPushNotificationConfig',
  places: placesOf({
    common: [],
    part: ['text', 'raw', 'url', 'data', 'filename', 'mediaType'],
    inPart: {},
    statusUpdate: [],
    configuration: ['taskPushNotificationConfig', 'returnImmediately'],
    webhook: 'taskPushNotificationConfig',
    answer: {
      task: 'result.task',
      message: 'result.message',
      statusUpdate: 'result.statusUpdate',
      artifactUpdate: 'result.artifactUpdate',
    },
  }),
};

function partOf(part: Readonly<Record<string, unknown>>): PartContent | null {
  const [kind, ...more] = CONTENTS.filter((name) => Object.hasOwn(part, name));
  if (kind === undefined || more.length > 0) return null;
  const mediaType = typeof part['mediaType'] === 'string' ? part['mediaType'] : null;
  const value = part[kind];
  if (kind === 'data') return { kind, data: value, mediaType };
  if (typeof value !== 'string') return null;
  switch (kind) {
    case 'text':
      return { kind, text: value, mediaType };
    case 'url':
      return { kind, url: value, mediaType };
    case 'raw':
      return { kind, mediaType };
  }
}
