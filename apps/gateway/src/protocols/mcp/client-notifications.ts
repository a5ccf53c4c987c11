// What a client notifies its server of: which of its requests it cancels, how far it is with one of the server's, how a task that
// it made of one stands, that its roots are others. Nobody decides these one by one, so they carry nothing beside that: words (`message`, `reason`, `_meta`)
// would be data on its way out past every policy, and are cut (docs/recording.md). Pure.
import type { ClearedCall, JsonRpcMessage } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { type Edit, editMembers, splice } from '../json/splice.ts';
import type { Container } from '../json/types.ts';
import { isNumber, isTaskId, isTime } from './tasks/form.ts';
import { statusOf } from './tasks/states.ts';

type Check = (value: unknown) => boolean;

/** Ids are names, not texts. */
const MAX_ID_CHARACTERS = 1_024;

const isId: Check = (value) =>
  typeof value === 'string' ? value.length <= MAX_ID_CHARACTERS : Number.isSafeInteger(value);
const isAmount: Check = (value) => typeof value === 'number';

/** The members of `params` that go on, by method. */
const MEMBERS: ReadonlyMap<string, ReadonlyMap<string, Check>> = new Map([
  ['notifications/initialized', new Map()],
  ['notifications/roots/list_changed', new Map()],
  ['notifications/cancelled', new Map([['requestId', isId]])],
  [
    'notifications/progress',
    new Map([
      ['progressToken', isId],
      ['progress', isAmount],
      ['total', isAmount],
    ]),
  ],
  [
    'notifications/tasks/status',
    new Map([
      ['taskId', isTaskId],
      ['status', (value) => statusOf(value) !== null],
      ['createdAt', isTime],
      ['lastUpdatedAt', isTime],
      ['ttl', isNumber],
      ['pollInterval', isNumber],
    ]),
  ],
]);

const ENVELOPE = ['jsonrpc', 'method', 'params'];
const SHAPE = compileShape({ '': {}, params: {} });
/** Whatever the operator's limits are: the message was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

/** Whether a notification has the form of its method; false for a method that is none of these. */
export function isNotification({ method, params }: Pick<JsonRpcMessage, 'method' | 'params'>): boolean {
  const members = MEMBERS.get(method);
  if (members === undefined) return false;
  return [...members].every(([name, isFit]) => params[name] === undefined || isFit(params[name]));
}

/** The call as it is sent: a notification without words, anything else as it is. */
export function withoutWords(call: ClearedCall): ClearedCall {
  const members = call.operation === 'mcp:notification' ? MEMBERS.get(call.message?.method ?? '') : undefined;
  if (members === undefined) return call;
  const { bytes } = call.outbound;
  const scanned = scan(bytes, SHAPE, UNLIMITED);
  if (!scanned.ok) throw new Error(`a notification cannot be read again: ${scanned.error.message}`);
  const root = scanned.value.containers.get('');
  const params = scanned.value.containers.get('params');
  const edits = [...without(root, ENVELOPE), ...without(params, [...members.keys()])];
  return edits.length === 0 ? call : { ...call, outbound: rawBody(splice(bytes, edits)) };
}

function without(object: Container | undefined, kept: readonly string[]): Edit[] {
  const gone = [...(object?.members.keys() ?? [])].filter((name) => !kept.includes(name));
  return object === undefined || gone.length === 0
    ? []
    : editMembers(object, new Map(gone.map((name) => [name, null])));
}
