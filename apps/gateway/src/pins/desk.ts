// The operator's side of tool pinning: every tool of a server with how it stands, what changed, and the acceptance. The
// protocol issue can put prompts and resources beside the tools here: all it asks of them is a name, a text and a digest.
import type { Id } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import type { McpServer } from '../registry/types.ts';
import type { LogWriter } from '../store/types.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
import { acceptTool, type AcceptRefusal } from './accept.ts';
import { differenceOf } from './difference.ts';
import type { Pins } from './pins.ts';
import type { Pin, Standing } from './types.ts';

export interface ToolState {
  readonly name: string;
  readonly standing: Standing;
  /** Of the definition that the server lists now. */
  readonly digest: string;
  /** What may be used; null where nothing was accepted. */
  readonly accepted: Pick<Pin, 'digest' | 'acceptedBy' | 'acceptedAt'> | null;
  /** Unified diff from the accepted definition to the one listed now; null where nothing is held back. */
  readonly difference: string | null;
}

export interface ToolDesk {
  /** By name. */
  list(server: McpServer): readonly ToolState[];
  tool(server: McpServer, name: string): ToolState | null;
  /** How many tools of a server are held back. */
  heldBack(server: McpServer): number;
  /** `digest` names the definition that the person was shown; `user` is their registry name. */
  accept(
    server: McpServer,
    name: string,
    accepted: { readonly digest: string; readonly user: string },
  ): Promise<Result<ToolState, AcceptRefusal>>;
}

export interface DeskDeps {
  readonly writer: LogWriter;
  readonly pins: Pins;
  readonly catalogs: {
    tools(upstream: Id<'srv'>): readonly CatalogTool[];
    tool(upstream: Id<'srv'>, name: string): CatalogTool | undefined;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after a definition was accepted: lists and policies change with it. */
  readonly onAccepted: (upstream: Id<'srv'>) => void;
}

export function createToolDesk(deps: DeskDeps): ToolDesk {
  const { pins, catalogs } = deps;
  const stateOf = (server: McpServer, tool: CatalogTool): ToolState => {
    const pin = pins.of(server.uid).get(tool.name);
    const standing = pins.standing(server, tool);
    return {
      name: tool.name,
      standing,
      digest: tool.digest,
      accepted:
        pin === undefined
          ? null
          : { digest: pin.digest, acceptedBy: pin.acceptedBy, acceptedAt: pin.acceptedAt },
      difference: standing === 'accepted' ? null : differenceOf(pin?.definition ?? null, tool.definition),
    };
  };
  return {
    list(server) {
      const tools = [...catalogs.tools(server.uid)].sort((a, b) => (a.name < b.name ? -1 : 1));
      return tools.map((tool) => stateOf(server, tool));
    },
    tool(server, name) {
      const tool = catalogs.tool(server.uid, name);
      return tool === undefined ? null : stateOf(server, tool);
    },
    heldBack: (server) =>
      catalogs.tools(server.uid).filter((tool) => pins.standing(server, tool) !== 'accepted').length,
    async accept(server, name, accepted) {
      const tool = catalogs.tool(server.uid, name);
      if (tool === undefined) {
        const message = `server \`${server.name}\` lists no tool of this name now`;
        return { ok: false, error: { code: 'not_found', message } };
      }
      const done = await acceptTool(server, tool, accepted, deps);
      if (!done.ok) return done;
      deps.onAccepted(server.uid);
      return ok(stateOf(server, tool));
    },
  };
}
