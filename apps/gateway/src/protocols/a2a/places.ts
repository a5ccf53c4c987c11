// Where a Task, a Message and the events of a task stand in a JSON-RPC message, and the names that their readers know
// (specification/a2a.proto; for 0.3 its JSON schema). One list, for the strict scan and for finding ids.
import type { Place } from '../json/shape.ts';
import type { Places } from './dialects/types.ts';

/** Readers of both versions take `task_id` for `taskId`: a name that differs only in that is refused (protocols.md 1.4). */
const proto = (...known: readonly string[]): Place => ({ known, ignoreUnderscores: true });

export const ENVELOPE: Place = { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] };

/** The names that differ between versions. */
export interface PlaceNames {
  /** Members that every object has besides its own. */
  readonly common: readonly string[];
  readonly part: readonly string[];
  /** Objects within a part, with their members. */
  readonly inPart: Readonly<Record<string, readonly string[]>>;
  readonly statusUpdate: readonly string[];
  readonly configuration: readonly string[];
  /** The one of these that names a webhook. */
  readonly webhook: string;
  /** Paths of what an answer to a message may hold. */
  readonly answer: Readonly<Record<'task' | 'message' | 'statusUpdate' | 'artifactUpdate', string>>;
}

const MESSAGE = [
  'messageId',
  'contextId',
  'taskId',
  'role',
  'parts',
  'metadata',
  'extensions',
  'referenceTaskIds',
];
const PARAMS = [
  'tenant',
  'message',
  'configuration',
  'metadata',
  'id',
  'taskId',
  'contextId',
  'historyLength',
  'status',
  'statusTimestampAfter',
  'includeArtifacts',
  'pageSize',
  'pageToken',
  'url',
  'token',
  'authentication',
  'pushNotificationConfig',
  'pushNotificationConfigId',
];
const PUSH = ['tenant', 'id', 'taskId', 'url', 'token', 'authentication'];
const AUTHENTICATION = ['scheme', 'schemes', 'credentials'];
const TASK = ['id', 'contextId', 'status', 'artifacts', 'history', 'metadata'];
const ARTIFACT_UPDATE = ['taskId', 'contextId', 'artifact', 'append', 'lastChunk', 'metadata'];

function pushPlaces(path: string): Places {
  return { [path]: proto(...PUSH), [`${path}.authentication`]: proto(...AUTHENTICATION) };
}

export function placesOf(names: PlaceNames): {
  readonly params: Places;
  readonly message: Places;
  readonly task: Places;
} {
  const { common, answer } = names;

  function messagePlaces(path: string): Places {
    const inPart = Object.entries(names.inPart).map(([name, known]) => [
      `${path}.parts.*.${name}`,
      proto(...known),
    ]);
    return {
      [path]: proto(...common, ...MESSAGE),
      [`${path}.referenceTaskIds`]: {},
      [`${path}.parts`]: {},
      [`${path}.parts.*`]: proto(...common, ...names.part, 'metadata'),
      ...Object.fromEntries(inPart),
    };
  }

  function statusPlaces(path: string): Places {
    return { [path]: proto('state', 'message', 'timestamp'), ...messagePlaces(`${path}.message`) };
  }

  function taskPlaces(path: string): Places {
    return {
      [path]: proto(...common, ...TASK),
      ...statusPlaces(`${path}.status`),
      ...messagePlaces(`${path}.history.*`),
    };
  }

  return {
    params: {
      params: proto(...PARAMS),
      ...messagePlaces('params.message'),
      'params.configuration': proto('acceptedOutputModes', 'historyLength', ...names.configuration),
      'params.metadata': {},
      'params.authentication': proto(...AUTHENTICATION),
      ...pushPlaces('params.pushNotificationConfig'),
      ...pushPlaces(`params.configuration.${names.webhook}`),
    },
    message: united([
      { result: proto(...Object.values(answer).flatMap((path) => path.split('.').slice(1))) },
      taskPlaces(answer.task),
      messagePlaces(answer.message),
      {
        [answer.statusUpdate]: proto(
          ...common,
          'taskId',
          'contextId',
          'status',
          'metadata',
          ...names.statusUpdate,
        ),
      },
      statusPlaces(`${answer.statusUpdate}.status`),
      { [answer.artifactUpdate]: proto(...common, ...ARTIFACT_UPDATE) },
    ]),
    task: taskPlaces('result'),
  };
}

/** Where two things can stand at one place, its readers know the names of both. */
function united(all: readonly Places[]): Places {
  const places: Record<string, Place> = {};
  for (const [path, place] of all.flatMap((each) => Object.entries(each))) {
    const known = [...new Set([...(places[path]?.known ?? []), ...(place.known ?? [])])];
    places[path] = known.length === 0 ? place : { ...place, known };
  }
  return places;
}
