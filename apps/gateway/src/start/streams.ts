// What open streams are told of, and looked at again for: another policy set, another registry, other tools. Only what
// could make a difference to the caller of a stream reaches it: a gateway has thousands of agents, and changes often.
import type { Id } from '@countersign/audit';
import { agentFacts, serverFacts, userFacts } from '../pipeline/facts.ts';
import type { RecordedCall } from '../pipeline/types.ts';
import { type ListKind, LIST_KINDS } from '../protocols/mcp/listen-filter.ts';
import { createOpenStreams, type OpenStreams } from '../protocols/mcp/open-streams.ts';
import type { Registry } from '../registry/registry.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Catalogs } from '../upstreams/catalogs.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import type { Policy } from './policy.ts';

export function openStreams({
  registry,
  catalogs,
  policy,
  now,
}: {
  readonly registry: Pick<Registry, 'current' | 'onChange'>;
  readonly catalogs: Pick<Catalogs, 'catalog' | 'onChange'>;
  readonly policy: Pick<Policy, 'onLive'>;
  readonly now: () => number;
}): OpenStreams {
  const streams = createOpenStreams({ now });
  const listed = new Map<Id<'srv'>, Readonly<Record<ListKind, string>>>();
  let before = registry.current();

  policy.onLive(() => streams.changed({ lists: () => LIST_KINDS, isReviewed: true }));
  registry.onChange((snapshot) => {
    const earlier = before;
    before = snapshot;
    streams.changed({
      lists: (call) => (standing(call, earlier) === standing(call, snapshot) ? [] : LIST_KINDS),
      isReviewed: true,
    });
  });
  catalogs.onChange((upstream) => {
    const catalog = catalogs.catalog(upstream);
    const digests = catalog === undefined ? undefined : digestsOf(catalog);
    const known = listed.get(upstream);
    if (digests !== undefined) listed.set(upstream, digests);
    const others = LIST_KINDS.filter((kind) => known?.[kind] !== digests?.[kind]);
    // Where the lists are the same, what may be used of them is not: somebody accepted a definition.
    const changed = others.length === 0 ? LIST_KINDS : others;
    streams.changed({
      lists: (call) => (call.upstream.uid === upstream ? changed : []),
      isReviewed: false,
    });
  });
  return streams;
}

/** What policy sees of who listens, and of the server that they listen to. */
function standing({ caller, upstream }: RecordedCall, registry: RegistrySnapshot): string {
  const agent = registry.agents.get(caller.agent?.name ?? '');
  const server = registry.servers.get(upstream.name);
  const user = registry.users.get(caller.subject?.user?.name ?? '');
  return JSON.stringify([
    agent === undefined ? null : agentFacts(agent, caller.token.assurance),
    server === undefined ? null : [serverFacts(server), server.toolPinning, [...server.tools]],
    user === undefined ? null : userFacts(user),
  ]);
}

function digestsOf({ tools, prompts, resources, templates }: ServerCatalog): Record<ListKind, string> {
  const digestOf = (...lists: readonly (readonly { readonly name: string; readonly digest: string }[])[]) =>
    JSON.stringify(lists.map((list) => list.map(({ name, digest }) => [name, digest])));
  return { tools: digestOf(tools), prompts: digestOf(prompts), resources: digestOf(resources, templates) };
}
