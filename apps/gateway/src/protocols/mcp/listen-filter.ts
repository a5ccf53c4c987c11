// What a `subscriptions/listen` of MCP 2026-07-28 asks to be told of: read strictly, cut down to what was granted by
// splicing, and what its server says it took held against it. Only what the specification names is ever sent. Pure.
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { type Edit, editMembers, removeItems, replaceValue, splice } from '../json/splice.ts';
import type { Container } from '../json/types.ts';

export type ListKind = 'tools' | 'prompts' | 'resources';

export const LIST_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources'];

export interface Filter {
  readonly lists: ReadonlySet<ListKind>;
  /** Without doubles, in the order in which they stand. */
  readonly uris: readonly string[];
  /** Of the extension for tasks: their ids, likewise. */
  readonly tasks: readonly string[];
}

export const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

const LIST_MEMBERS: Readonly<Record<ListKind, string>> = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
};
const RESOURCES = 'resourceSubscriptions';
const TASKS = 'taskIds';
const MEMBERS = [...Object.values(LIST_MEMBERS), RESOURCES, TASKS];

/** Names that a reader who ignores case could take for one of them are refused where the request is read. */
export const FILTER_PLACE = { known: MEMBERS };

const SHAPE = compileShape({
  params: {},
  'params._meta': {},
  'params.notifications': {},
  [`params.notifications.${RESOURCES}`]: {},
  [`params.notifications.${TASKS}`]: {},
});
/** The bytes were scanned within the limits of the configuration: these are not to be reached. */
const NO_LIMITS = { maxDepth: 10_000, maxKeys: 10_000_000, maxItems: 10_000_000 };

/** Null for what is no filter. */
export function readFilter(params: Readonly<Record<string, unknown>>): Filter | null {
  const { notifications } = params;
  if (!isRecord(notifications)) return null;
  const flags = LIST_KINDS.map((kind) => notifications[LIST_MEMBERS[kind]]);
  const uris = namesIn(notifications, RESOURCES);
  const tasks = namesIn(notifications, TASKS);
  if (!flags.every((flag) => flag === undefined || typeof flag === 'boolean')) return null;
  if (uris === null || tasks === null) return null;
  return { lists: new Set(LIST_KINDS.filter((_, at) => flags[at] === true)), uris, tasks };
}

function namesIn(notifications: Readonly<Record<string, unknown>>, member: string): readonly string[] | null {
  const names = Object.hasOwn(notifications, member) ? notifications[member] : [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' && name !== '')) return null;
  return [...new Set(names as string[])];
}

/** What an approval does not cover (redeem.ts); there is no progress on such a stream. */
const UNCOVERED = ['traceparent', 'tracestate', 'baggage', 'progressToken'];

/**
 * The request as it goes on: of `bytes`, which was scanned strictly, what is granted; the same bytes where all is.
 *
 * @param granted tasks by the client's names for them: as the server calls them.
 * @param isApproved whether people approved some of it.
 */
export function narrowed(
  bytes: Uint8Array,
  granted: Pick<Filter, 'uris'> & { readonly tasks: ReadonlyMap<string, string> },
  isApproved: boolean,
): Uint8Array {
  const scanned = scan(bytes, SHAPE, { ...NO_LIMITS, maxBytes: bytes.byteLength });
  if (!scanned.ok) throw new Error(`a request that was read cannot be read again: ${scanned.error.message}`);
  const at = (path: string): Container => {
    const container = scanned.value.containers.get(path);
    if (container === undefined) throw new Error(`a filter without \`${path}\``);
    return container;
  };
  const filter = at('params.notifications');
  const asked = (
    scanned.value.value['params'] as {
      notifications: Readonly<Record<string, readonly string[] | undefined>>;
    }
  ).notifications;
  const left = [RESOURCES, TASKS].map((member) => {
    const kept = new Set(member === TASKS ? granted.tasks.keys() : granted.uris);
    const isGone = (index: number): boolean => !kept.has(asked[member]?.[index] ?? '');
    const isEmpty = asked[member]?.every((_, index) => isGone(index)) === true;
    return { member, isGone, isEmpty, list: scanned.value.containers.get(`params.notifications.${member}`) };
  });
  const known = MEMBERS.filter((name) => left.every(({ member, isEmpty }) => member !== name || !isEmpty));
  const meta = isApproved ? scanned.value.containers.get('params._meta') : undefined;
  const edits: Edit[] = [
    ...(meta === undefined ? [] : editMembers(meta, new Map(UNCOVERED.map((name) => [name, null])))),
    ...without(at('params'), ['_meta', 'notifications']),
    ...without(filter, known),
    ...left.flatMap(({ list, isEmpty, isGone }) =>
      list === undefined || isEmpty ? [] : removeItems(list, isGone),
    ),
    ...(scanned.value.containers.get(`params.notifications.${TASKS}`)?.items ?? []).flatMap((item, index) => {
      const name = asked[TASKS]?.[index] ?? '';
      const own = granted.tasks.get(name);
      return own === undefined || own === name ? [] : [replaceValue(item, JSON.stringify(own))];
    }),
  ];
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

/** What the server says it took, as far as it was asked. */
export function honoured(notifications: unknown, asked: Filter): Filter {
  const said = readFilter({ notifications });
  if (said === null) return { lists: new Set(), uris: [], tasks: [] };
  return {
    lists: said.lists.intersection(asked.lists),
    uris: said.uris.filter((uri) => asked.uris.includes(uri)),
    tasks: said.tasks.filter((task) => asked.tasks.includes(task)),
  };
}

/** As an acknowledgement names it. */
export function filterJson({ lists, uris, tasks }: Filter): Readonly<Record<string, unknown>> {
  const flags = LIST_KINDS.filter((kind) => lists.has(kind)).map((kind) => [LIST_MEMBERS[kind], true]);
  return {
    ...Object.fromEntries(flags),
    ...(uris.length === 0 ? {} : { [RESOURCES]: uris }),
    ...(tasks.length === 0 ? {} : { [TASKS]: tasks }),
  };
}

function without(object: Container, kept: readonly string[]): Edit[] {
  const gone = [...object.members.keys()].filter((name) => !kept.includes(name));
  return gone.length === 0 ? [] : editMembers(object, new Map(gone.map((name) => [name, null])));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
