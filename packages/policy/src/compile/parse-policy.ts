// The text of one policy or template as the engine reads it, or complaints at their places in the text.

import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { unfitPolicy } from './characters.ts';
import { offsetOfByte } from './lines.ts';
import { type Known, offsetOfAnnotation, type ReadPolicy, readPolicy } from './read-policy.ts';
import type { Scratch } from './scratch.ts';

const MAX_POLICY_CHARACTERS = 65_536;

export interface ParsedPolicy {
  /** Null where anything was complained of. */
  readonly policy: ReadPolicy | null;
  readonly id?: string;
  /** At offsets of the text, in UTF-16 units. */
  readonly complaints: readonly { readonly offset: number; readonly message: string }[];
}

export function parsePolicy(
  text: string,
  form: 'policy' | 'template',
  known: Known,
  scratch: Scratch,
): ParsedPolicy {
  if (text.length > MAX_POLICY_CHARACTERS)
    return refused(`the policy is longer than ${MAX_POLICY_CHARACTERS} characters; split it`);
  const unfit = unfitPolicy(text);
  if (unfit !== null) return { policy: null, complaints: [unfit] };
  const answer = scratch.parse(text, form);
  if (answer === null) return refused('the policy is too complex for the engine; simplify its conditions');
  if (answer.type === 'failure') {
    return { policy: null, complaints: answer.errors.map((error) => complaintOf(error, text)) };
  }
  const { complaints, ...read } = readPolicy(answer.json, known);
  return {
    ...read,
    complaints: complaints.map(({ at, message }) => ({ offset: offsetOfAnnotation(text, at), message })),
  };
}

function refused(message: string): ParsedPolicy {
  return { policy: null, complaints: [{ offset: 0, message }] };
}

function complaintOf({ message, help, sourceLocations }: DetailedError, text: string) {
  const [place] = sourceLocations ?? [];
  const said = message.replace(/^failed to parse (?:policy|template) from string: /, '');
  return {
    offset: offsetOfByte(text, place?.start ?? 0),
    message: [said, place?.label, help].filter((part) => part !== null && part !== undefined).join('; '),
  };
}
