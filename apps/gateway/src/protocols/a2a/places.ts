// Where a Task, a Message and the events of a task stand in a JSON-RPC message, and the names that their readers know
// (specification/a2a.proto). One list, for the strict scan and for finding ids.
import type { Place } from '../json/shape.ts';

/** ProtoJSON readers take `task_id` for `taskId`: a name that differs only in that is refused (protocols.md 1.4). */
const proto = (...known: readonly string[]): Place => ({ known, ignoreUnderscores: true });

export const ENVELOPE: Place = { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] };

function messagePlaces(path: string): Record<string, Place> {
  return {
    [path]: proto(
      'messageId',
      'contextId',
      'taskId',
      'role',
      'parts',
      'metadata',
      'extensions',
      'referenceTaskIds',
    ),
    [`${path}.referenceTaskIds`]: {},
    [`${path}.parts`]: {},
    [`${path}.parts.*`]: proto('text', 'raw', 'url', 'data', 'metadata', 'filename', 'mediaType'),
  };
}

function taskPlaces(path: string): Record<string, Place> {
  return {
    [path]: proto('id', 'contextId', 'status', 'artifacts', 'history', 'metadata'),
    ...statusPlaces(`${path}.status`),
    ...messagePlaces(`${path}.history.*`),
  };
}

function statusPlaces(path: string): Record<string, Place> {
  return { [path]: proto('state', 'message', 'timestamp'), ...messagePlaces(`${path}.message`) };
}

export const SEND_PARAMS: Record<string, Place> = {
  params: proto('tenant', 'message', 'configuration', 'metadata', 'id', 'historyLength'),
  ...messagePlaces('params.message'),
  'params.configuration': proto(
    'acceptedOutputModes',
    'taskPushNotificationConfig',
    'historyLength',
    'returnImmediately',
  ),
  'params.metadata': {},
};

export const STREAM_RESULT: Record<string, Place> = {
  result: proto('task', 'message', 'statusUpdate', 'artifactUpdate'),
  ...taskPlaces('result.task'),
  ...messagePlaces('result.message'),
  'result.statusUpdate': proto('taskId', 'contextId', 'status', 'metadata'),
  ...statusPlaces('result.statusUpdate.status'),
  'result.artifactUpdate': proto('taskId', 'contextId', 'artifact', 'append', 'lastChunk', 'metadata'),
};

export const TASK_RESULT: Record<string, Place> = taskPlaces('result');
