// A chain as a graph: people, agents and what they called, joined by the calls between them. Pure.
import type { Call } from '../../../api/types.ts';
import { labelsOf, type Replayed } from './replay.ts';
import { agentText, targetText } from '../../calls/model/wording.ts';

/** What a graph reads of a call. */
export type GraphCall = Pick<
  Call,
  'id' | 'agent' | 'subject' | 'upstream' | 'resource' | 'operation' | 'protocol' | 'parent' | 'decision'
>;

export interface GraphNode {
  readonly id: string;
  readonly kind: 'person' | 'agent' | 'target';
  readonly name: string;
  /** Number of the call, from 1, that first touched it. */
  readonly since: number;
}

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Numbers of the calls on it, from 1; none on the edge from a person, who makes no calls. */
  readonly calls: readonly number[];
  readonly since: number;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** A picture with more than this is none any more. */
export const MOST_NODES = 150;

/** `calls` in the order in which they came. */
export function graphOf(calls: readonly GraphCall[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, { edge: Omit<GraphEdge, 'calls'>; calls: number[] }>();
  const node = (kind: GraphNode['kind'], name: string, since: number): string => {
    const id = `${kind} ${name}`;
    if (!nodes.has(id)) nodes.set(id, { id, kind, name, since });
    return id;
  };
  const join = (from: string, to: string, since: number): number[] => {
    const id = `${from} → ${to}`;
    const known = edges.get(id) ?? { edge: { id, from, to, since }, calls: [] };
    edges.set(id, known);
    return known.calls;
  };
  for (const [place, call] of calls.entries()) {
    const number = place + 1;
    const agent = node('agent', agentText(call), number);
    if (call.subject !== null && call.parent === null)
      join(node('person', call.subject, number), agent, number);
    const other =
      call.protocol === 'a2a' && call.upstream !== null
        ? node('agent', call.upstream, number)
        : node(
            'target',
            isAskedByServer(call) ? (call.upstream ?? targetText(call)) : targetText(call),
            number,
          );
    const [from, to] = isAskedByServer(call) ? [other, agent] : [agent, other];
    join(from, to, number).push(number);
  }
  return {
    nodes: [...nodes.values()],
    edges: [...edges.values()].map(({ edge, calls: on }) => ({ ...edge, calls: on })),
  };
}

/** In these the server asks the agent of the entry. */
const isAskedByServer = ({ operation }: Pick<Call, 'operation'>): boolean =>
  operation === 'mcp:sampling' || operation === 'mcp:elicitation' || operation === 'mcp:roots';

export interface EdgeState {
  /** How many of its calls there were so far, by what became of them. */
  readonly allowed: number;
  readonly denied: number;
  readonly held: number;
  readonly labels: readonly string[];
  /** The call that the replay stands at is on it. */
  readonly isCurrent: boolean;
}

/** `hops` in the order in which their calls came. */
export function edgeAt(
  { calls: numbers }: GraphEdge,
  hops: readonly (Replayed & { readonly call: Pick<Call, 'decision'> })[],
  at: number,
): EdgeState {
  const made = numbers.filter((number) => number <= at).flatMap((number) => hops[number - 1]?.call ?? []);
  const count = (decision: Call['decision']): number =>
    made.filter((call) => call.decision === decision).length;
  return {
    allowed: count('allow'),
    denied: count('deny'),
    held: count('hold'),
    labels: [...new Set(numbers.flatMap((number) => labelsOf(hops, number, at)))],
    isCurrent: numbers.includes(at),
  };
}
