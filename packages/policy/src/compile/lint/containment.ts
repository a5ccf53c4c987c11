// A rule that keeps labelled data in by what the chain has touched forgets what the agent saw in other chains: it starts
// a new chain, and the rule is gone. Exposure remembers (DESIGN section 6, "Exposure").

import type { AttributeRead } from '../types.ts';
import type { Lint } from './lint.ts';

const CHAIN = ['context', 'chain', 'labels'];
const EXPOSURE = ['context', 'exposure', 'labels'];

/** Warns of policies that read the labels of the chain and not those of the agent's exposure. */
export const lintContainment: Lint = ({ policies }) =>
  policies
    .filter(
      ({ reads }) => reads.some((read) => isOf(read, CHAIN)) && !reads.some((read) => holds(read, EXPOSURE)),
    )
    .map((policy) => ({
      policy,
      message:
        'it reads `context.chain.labels` and not `context.exposure.labels`: an agent that starts a new chain is free of it; read the exposure, too',
    }));

function isOf({ path }: AttributeRead, wanted: readonly string[]): boolean {
  return wanted.every((name, at) => path[at] === name);
}

/** The read is of what is wanted, or of something that holds it. */
function holds({ path }: AttributeRead, wanted: readonly string[]): boolean {
  return path.every((name, at) => at >= wanted.length || wanted[at] === name);
}
