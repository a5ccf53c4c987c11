// Every operation of the A2A service as its three bindings name it: the JSON-RPC method (which is also the gRPC method), the
// HTTP verb and path, and the messages that go and come (specification/a2a.proto, `service A2AService`). One table for the
// fronts and for the adapters: what the gateway does with an operation is decided elsewhere.

/** One message of the schema, by its name there. */
export type MessageName = string;

export interface BoundOperation {
  readonly method: string;
  readonly verb: 'GET' | 'POST' | 'DELETE';
  /** Also taken with POST: the specification's text and its proto disagree. */
  readonly alsoPost: boolean;
  /** Segments below the agent's address; `{name}` is a field of the request. A verb after a colon belongs to the last. */
  readonly path: readonly Segment[];
  /** The other fields of the request are its body, not its query. */
  readonly hasBody: boolean;
  readonly isStream: boolean;
  /** HTTP status of a result. */
  readonly status: 200 | 201 | 204;
  readonly request: MessageName;
  readonly response: MessageName;
}

export interface Segment {
  /** What stands there literally, or what follows the field, such as `:cancel`. */
  readonly text: string;
  /** The field of the request that stands before `text`. */
  readonly field: string | null;
}

type Row = readonly [
  method: string,
  route: string,
  request: MessageName,
  response: MessageName,
  more?: Partial<Pick<BoundOperation, 'isStream' | 'status' | 'alsoPost'>>,
];

const PUSH = 'tasks/{taskId}/pushNotificationConfigs';

const ROWS: readonly Row[] = [
  ['SendMessage', 'POST message:send', 'SendMessageRequest', 'SendMessageResponse'],
  ['SendStreamingMessage', 'POST message:stream', 'SendMessageRequest', 'StreamResponse', { isStream: true }],
  ['GetTask', 'GET tasks/{id}', 'GetTaskRequest', 'Task'],
  ['ListTasks', 'GET tasks', 'ListTasksRequest', 'ListTasksResponse'],
  ['CancelTask', 'POST tasks/{id}:cancel', 'CancelTaskRequest', 'Task'],
  [
    'SubscribeToTask',
    'GET tasks/{id}:subscribe',
    'SubscribeToTaskRequest',
    'StreamResponse',
    { isStream: true, alsoPost: true },
  ],
  [
    'CreateTaskPushNotificationConfig',
    `POST ${PUSH}`,
    'TaskPushNotificationConfig',
    'TaskPushNotificationConfig',
    { status: 201 },
  ],
  [
    'GetTaskPushNotificationConfig',
    `GET ${PUSH}/{id}`,
    'GetTaskPushNotificationConfigRequest',
    'TaskPushNotificationConfig',
  ],
  [
    'ListTaskPushNotificationConfigs',
    `GET ${PUSH}`,
    'ListTaskPushNotificationConfigsRequest',
    'ListTaskPushNotificationConfigsResponse',
  ],
  [
    'DeleteTaskPushNotificationConfig',
    `DELETE ${PUSH}/{id}`,
    'DeleteTaskPushNotificationConfigRequest',
    'google.protobuf.Empty',
    { status: 204 },
  ],
  ['GetExtendedAgentCard', 'GET extendedAgentCard', 'GetExtendedAgentCardRequest', 'AgentCard'],
];

export const BOUND_OPERATIONS: readonly BoundOperation[] = ROWS.map(boundOperation);

const BY_METHOD = new Map(BOUND_OPERATIONS.map((each) => [each.method, each]));

export function boundByMethod(method: string): BoundOperation | null {
  return BY_METHOD.get(method) ?? null;
}

/** The fields that the path names, in its order. */
export function pathFields({ path }: BoundOperation): readonly string[] {
  return path.flatMap(({ field }) => (field === null ? [] : [field]));
}

function boundOperation([method, route, request, response, more = {}]: Row): BoundOperation {
  const [verb = '', path = ''] = route.split(' ');
  return {
    method,
    verb: verb as BoundOperation['verb'],
    alsoPost: false,
    path: path.split('/').map(segmentOf),
    hasBody: verb === 'POST',
    isStream: false,
    status: 200,
    request,
    response,
    ...more,
  };
}

function segmentOf(written: string): Segment {
  const [, field, text] = /^\{(\w+)\}(.*)$/.exec(written) ?? [];
  return field === undefined ? { text: written, field: null } : { text: text ?? '', field };
}
