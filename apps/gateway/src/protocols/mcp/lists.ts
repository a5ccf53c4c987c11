// Lists that tell the truth: an item that no policy could permit this caller is cut out of the page, byte for byte;
// what remains is the server's own text. Cursors are the server's: pages are filtered in place, never re-paged.
import type { Operation } from '@countersign/audit';
import type { CallFacts, TargetFacts } from '@countersign/policy';
import {
  aimedAt,
  callFacts,
  holdersOf,
  promptFacts,
  resourceFacts,
  toolFacts,
} from '../../pipeline/facts.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { McpServer } from '../../registry/types.ts';
import type { Awaitable } from '../../store/types.ts';
import type { Container } from '../json/types.ts';
import { textOf } from '../json/scan.ts';
import { editMembers, removeItems, splice } from '../json/splice.ts';
import { MODERN_REVISION } from './operations.ts';

export interface Visibility {
  readonly couldPermit: (facts: CallFacts) => boolean;
  readonly exposure: (holders: readonly string[], now: number) => Awaitable<readonly string[]>;
  /** Whether a tool may be shown as its server wrote it into a list. */
  readonly isShown: (server: McpServer, tool: string, definition: string) => boolean;
  readonly now: () => number;
}

interface ListKind {
  readonly member: string;
  readonly key: string;
  readonly operation: Operation;
  readonly target: (server: McpServer, name: string) => TargetFacts;
}

export const LISTS: ReadonlyMap<Operation, ListKind> = new Map<Operation, ListKind>([
  ['mcp:tools/list', { member: 'tools', key: 'name', operation: 'mcp:tools/call', target: toolFacts }],
  ['mcp:prompts/list', { member: 'prompts', key: 'name', operation: 'mcp:prompts/get', target: promptFacts }],
  [
    'mcp:resources/list',
    { member: 'resources', key: 'uri', operation: 'mcp:resources/read', target: resourceFacts },
  ],
  [
    'mcp:resources/templates/list',
    {
      member: 'resourceTemplates',
      key: 'uriTemplate',
      operation: 'mcp:resources/read',
      target: resourceFacts,
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
  const isAccepted = (name: string, index: number): boolean => {
    const span = kind.member === 'tools' ? list?.items[index] : undefined;
    return (
      kind.member !== 'tools' || (span !== undefined && visibility.isShown(server, name, textOf(bytes, span)))
    );
  };
  const isShown = (item: unknown, index: number): boolean => {
    const name = (item as Readonly<Record<string, unknown>> | null)?.[kind.key];
    return (
      typeof name === 'string' &&
      isAccepted(name, index) &&
      visibility.couldPermit(aimedAt(facts, kind.operation, kind.target(server, name)))
    );
  };
  const shown = Array.isArray(items) ? items.map(isShown) : [];
  const envelope = containers.get('result');
  const edits = [
    ...(list === undefined ? [] : removeItems(list, (index) => shown[index] !== true)),
    ...(envelope === undefined || call.revision !== MODERN_REVISION
      ? []
      : editMembers(envelope, privateCache(result))),
  ];
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

/** What one caller may see must not be cached for another (protocols.md 1.3). */
function privateCache(result: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const ttl = Math.min(MAX_TTL_MS, typeof result['ttlMs'] === 'number' ? result['ttlMs'] : MAX_TTL_MS);
  return new Map([
    ['cacheScope', '"private"'],
    ['ttlMs', String(ttl)],
  ]);
}
