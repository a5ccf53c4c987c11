// `countersign upstreams list`.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';

export const upstreamsList = defineCommand({
  summary: 'List MCP servers and A2A agents behind the gateway',
  takes: [],
  options: GATEWAY_OPTIONS,
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const { upstreams } = await bodyOf(gateway.upstreams.$get());
    if (values.json === true) {
      terminal.out(JSON.stringify({ upstreams }));
      return 0;
    }
    const rows = upstreams.map((upstream) => [
      upstream.name,
      upstream.kind,
      upstream.endpoint,
      upstream.team,
      upstream.risk,
      upstream.tools === null ? '–' : String(upstream.tools),
      upstream.heldBack === 0 ? '–' : { text: String(upstream.heldBack), tone: 'bad' as const },
      upstream.url,
      standing(upstream.connections),
    ]);
    const options = { isColoured: terminal.isInteractive, none: 'no upstream is registered' };
    const head = ['name', 'kind', 'endpoint', 'team', 'risk', 'tools', 'held back', 'url', 'connections'];
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});

type Connections = { readonly connections: number; readonly trouble: string | null } | null;

function standing(kept: Connections): string | { readonly text: string; readonly tone: 'bad' } {
  if (kept === null) return '–';
  return kept.trouble === null ? String(kept.connections) : { text: kept.trouble, tone: 'bad' };
}
