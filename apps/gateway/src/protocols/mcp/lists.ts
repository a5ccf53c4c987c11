// Lists that tell the truth: an item that no policy could permit this caller is cut out of the page, byte for byte;
// what remains is the server's own text. Cursors are the server's: pages are filtered in place, never re-paged.
import type { Operation } from '@countersign/audit';
import type { ListedFacts, ListFacts } from '@countersign/policy';
import { callFacts, holdersOf, listFacts } from '../../pipeline/facts.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { IsShown, Item } from '../../pins/shown.ts';
import type { McpServer } from '../../registry/types.ts';
import type { Awaitable } from '../../store/types.ts';
import type { ItemKind } from '../../upstreams/definitions.ts';
import type { Container } from '../json/types.ts';
import { textOf } from '../json/scan.ts';
import { editMembers, removeItems, splice } from '../json/splice.ts';
import { type ItemFacts, listedPrompt, listedResource, listedTemplate, listedTool } from './list-items.ts';
import { MODERN_REVISION } from './operations.ts';

export interface Visibility {
  /** Whether each could be permitted for some arguments; gives way to other calls while it works. */
  readonly couldPermit: (facts: ListFacts, items: readonly ListedFacts[]) => Promise<readonly boolean[]>;
  readonly exposure: (holders: readonly string[], now: number) => Awaitable<readonly string[]>;
  /** Whether something may be told as its server wrote it into a list, or of itself. */
  readonly isShown: IsShown;
  /** Waits, no longer than is bearable, until policy knows the tools of a server; whether it then knows each. */
  readonly caughtUp: (server: McpServer, tools: readonly string[]) => Promise<(tool: string) => boolean>;
  /** Waits likewise until the catalogue has what a server just showed, or asked again does not. */
  readonly known: (server: McpServer, items: readonly Item[]) => Promise<void>;
  readonly now: () => number;
}

interface ListKind {
  readonly kind: ItemKind;
  readonly member: string;
  readonly key: string;
  readonly operation: Operation;
  readonly factsOf: ItemFacts;
}

export const LISTS: ReadonlyMap<Operation, ListKind> = new Map<Operation, ListKind>([
  [
    'mcp:tools/list',
    { kind: 'tool', member: 'tools', key: 'name', operation: 'mcp:tools/call', factsOf: listedTool },
  ],
  [
    'mcp:prompts/list',
    { kind: 'prompt', member: 'prompts', key: 'name', operation: 'mcp:prompts/get', factsOf: listedPrompt },
  ],
  [
    'mcp:resources/list',
    {
      kind: 'resource',
      member: 'resources',
      key: 'uri',
      operation: 'mcp:resources/read',
      factsOf: listedResource,
    },
  ],
  [
    'mcp:resources/templates/list',
    {
      kind: 'template',
      member: 'resourceTemplates',
      key: 'uriTemplate',
      operation: 'mcp:resources/read',
      factsOf: listedTemplate,
    },
  ],
]);

/** Longest that a modern client may keep a list that depends on policy: a change must bite soon. */
const MAX_TTL_MS = 10_000;

export async function filterList(
  call: CompletedCall,
  bytes: Uint8Array,
  result: Readonly<Record<string, unknown>>,
  containers: ReadonlyMap<string, Container>,
  visibility: Visibility,
): Promise<Uint8Array> {
  const kind = LISTS.get(call.operation);
  const { agent } = call.caller;
  if (kind === undefined || agent === null || call.upstream.kind !== 'mcp')
    throw new Error('not a list of a registered agent');
  const server = call.upstream;
  const items = result[kind.member];
  const now = visibility.now();
  const facts = callFacts(call, agent, { exposure: await visibility.exposure(holdersOf(call), now), now });
  const list = containers.get(`result.${kind.member}`);
  const names = (Array.isArray(items) ? items : []).map((item: unknown) => {
    const name = (item as Readonly<Record<string, unknown>> | null)?.[kind.key];
    return typeof name === 'string' ? name : null;
  });
  if (kind.kind !== 'tool')
    await visibility.known(
      server,
      names.filter(isName).map((name) => ({ kind: kind.kind, name })),
    );
  const isTyped =
    kind.member === 'tools' ? await visibility.caughtUp(server, names.filter(isName)) : () => true;
  const isAccepted = (name: string, index: number): boolean => {
    const span = list?.items[index];
    return (
      span !== undefined &&
      visibility.isShown(server, { kind: kind.kind, name }, textOf(bytes, span)) &&
      isTyped(name)
    );
  };
  const targets = names.map((name, index) =>
    name !== null && isAccepted(name, index) ? kind.factsOf(server, name) : null,
  );
  const asked = targets.filter((target) => target !== null);
  const answers = await visibility.couldPermit(listFacts(facts, kind.operation), asked);
  const permitted = new Set(asked.filter((_, at) => answers[at] === true));
  const shown = targets.map((target) => target !== null && permitted.has(target));
  const envelope = containers.get('result');
  const edits = [
    ...(list === undefined ? [] : removeItems(list, (index) => shown[index] !== true)),
    ...(envelope === undefined || call.revision !== MODERN_REVISION
      ? []
      : editMembers(envelope, privateCache(result))),
  ];
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

const isName = (name: string | null): name is string => name !== null;

/** What one caller may see must not be cached for another (protocols.md 1.3). */
function privateCache(result: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const ttl = Math.min(MAX_TTL_MS, typeof result['ttlMs'] === 'number' ? result['ttlMs'] : MAX_TTL_MS);
  return new Map([
    ['cacheScope', '"private"'],
    ['ttlMs', String(ttl)],
  ]);
}
