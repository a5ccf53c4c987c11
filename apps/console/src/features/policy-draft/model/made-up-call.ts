// A made-up call as the form has it, and the request that it becomes.
import type { SimulatedRequest } from '../../../api/types.ts';

export const TARGETS = ['tool', 'prompt', 'resource', 'server', 'callee'] as const;
export type Target = (typeof TARGETS)[number];

export interface MadeUpCall {
  readonly agent: string;
  readonly target: Target;
  readonly name: string;
  readonly subject: string;
  /** JSON text of an object; empty: none. */
  readonly input: string;
  /** Words with commas or spaces between. */
  readonly labels: string;
}

export const EMPTY_CALL: MadeUpCall = {
  agent: '',
  target: 'tool',
  name: '',
  subject: '',
  input: '{}',
  labels: '',
};

export type CallFault = 'agent' | 'name' | 'input';

/** The fields that the call cannot be asked with as they stand. */
export function callFaults({ agent, name, input }: MadeUpCall): readonly CallFault[] {
  return [
    ...(agent.trim() === '' ? (['agent'] as const) : []),
    ...(name.trim() === '' ? (['name'] as const) : []),
    ...(input.trim() === '' || isObject(input) ? [] : (['input'] as const)),
  ];
}

/** The arguments stay text: digits are those that were written. */
export function requestOf({ agent, target, name, subject, input, labels }: MadeUpCall): SimulatedRequest {
  const words = labels.split(/[\s,]+/).filter((word) => word !== '');
  return {
    agent: agent.trim(),
    [target]: name.trim(),
    ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
    ...(input.trim() === '' ? {} : { input }),
    ...(words.length === 0 ? {} : { labels: words }),
  };
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
