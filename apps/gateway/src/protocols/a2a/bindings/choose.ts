// Which of the interfaces that an agent card offers the gateway uses. What a card says is a claim of the agent's: it must not
// choose where the gateway sends calls and credentials.
import { ok, refuse, type Result } from '../../../errors.ts';
import { A2A_BINDINGS, type A2aBinding } from '../../../registry/names.ts';

export interface AgentInterface {
  readonly binding: A2aBinding;
  /** Absolute http(s) address: the JSON-RPC endpoint, what HTTP+JSON paths begin with, or the origin of the gRPC server. */
  readonly url: string;
  readonly tenant: string | null;
}

/** What an operator says of it. */
export interface Choice {
  /** The address to use, whatever the card says. */
  readonly pinned: string | null;
  /** The binding to use; null leaves it to the card. */
  readonly binding: A2aBinding | null;
}

type Offered = Readonly<Record<string, unknown>>;

export interface Spoken {
  readonly binding: A2aBinding;
  /** As the card has it. */
  readonly claimed: string;
  readonly tenant: string | null;
}

/**
 * The first interface of the card, in its own order, that speaks A2A 1.0 in a binding of the gateway's and is where it may
 * be.
 *
 * @param address of the card itself.
 */
export function chooseInterface(
  interfaces: readonly Offered[],
  address: string,
  { pinned, binding }: Choice,
): Result<AgentInterface> {
  const spoken = interfaces
    .flatMap((each) => spokenIn(each))
    .filter((each) => binding === null || each.binding === binding);
  const [first] = spoken;
  if (first === undefined) {
    const wanted = binding === null ? '' : ` over ${binding}, which its manifest asks for`;
    return unfit(
      `the card at \`${address}\` offers no A2A 1.0${wanted} in a binding that this gateway relays`,
    );
  }
  if (pinned !== null) return pinnedAmong(spoken, pinned, address);
  const endpoints = spoken.map((each) => endpointOf(each, address));
  return endpoints.find((each) => each.ok) ?? endpoints[0] ?? unfit('no interface');
}

function spokenIn(offered: Offered): Spoken[] {
  const binding = A2A_BINDINGS.find((each) => each === offered['protocolBinding']);
  if (binding === undefined || !/^1\.0(\.|$)/.test(String(offered['protocolVersion']))) return [];
  const { url, tenant } = offered;
  return [
    {
      binding,
      claimed: typeof url === 'string' ? url : '',
      tenant: typeof tenant === 'string' && tenant !== '' ? tenant : null,
    },
  ];
}

/** Of several, the one whose address was pinned; else JSON-RPC, which passes bytes on as they are. */
function pinnedAmong(spoken: readonly Spoken[], pinned: string, address: string): Result<AgentInterface> {
  const same = spoken.find((each) => addressOf(each, address)?.href === new URL(pinned).href);
  const chosen = same ?? spoken.find(({ binding }) => binding === 'JSONRPC') ?? spoken[0];
  if (chosen === undefined) return unfit('no interface');
  return usable({ binding: chosen.binding, url: pinned, tenant: chosen.tenant });
}

/** SECURITY: its own origin only; anywhere else an operator has to name. */
export function endpointOf(spoken: Spoken, address: string): Result<AgentInterface> {
  const { binding, claimed, tenant } = spoken;
  const url = addressOf(spoken, address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '') {
    return unfit(
      `the card at \`${address}\` has \`${claimed}\` as its endpoint, which is no http(s) address`,
    );
  }
  if (url.origin !== new URL(address).origin) {
    return unfit(
      `the card at \`${address}\` has an endpoint elsewhere, \`${claimed}\`: to allow that, set \`url\` to it and \`cardUrl\` to the card in the A2AAgent's manifest`,
    );
  }
  return usable({ binding, url: url.href, tenant });
}

/** A gRPC server is often named by host and port alone; then it is as safe as its card. */
function addressOf({ binding, claimed }: Spoken, address: string): URL | null {
  const isBare = binding === 'GRPC' && /^[\w.-]+:\d{1,5}$|^\[[\da-f:]+\]:\d{1,5}$/i.test(claimed);
  return URL.parse(isBare ? `${new URL(address).protocol}//${claimed}` : claimed);
}

function usable(chosen: AgentInterface): Result<AgentInterface> {
  if (chosen.binding !== 'GRPC') return ok(chosen);
  const { pathname, search, origin } = new URL(chosen.url);
  if (pathname !== '/' || search !== '') {
    return unfit(
      `a gRPC address is scheme, host and port only, such as \`https://agent.example:443\`, not \`${chosen.url}\``,
    );
  }
  return ok({ ...chosen, url: origin });
}

function unfit(reason: string): Result<never> {
  return refuse('upstream_invalid', reason, 'the card of the agent behind this gateway cannot be used');
}
