// Answers that are too large to be held: they pass as they come, in constant memory, but for their end, without which no
// reader takes them for an answer. That waits until the whole outline of the message is known and its outcome is on record
// (DESIGN section 9). They are recorded by length and digest.
import type { Outcome } from '@countersign/audit';
import type { CallOutcome } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { createOutline, type Outline, OutlineError } from '../json/outline.ts';
import { isInline } from './inline-receipts.ts';

/** Beyond this an answer is not held; what is recorded of results is far smaller (pipeline/settle.ts). */
export const HELD_BYTES = 1024 * 1024;

/** What brings one result to one caller, of which nothing is cut, masked or added. */
const PASSING: ReadonlySet<string> = new Set(['mcp:tools/call', 'mcp:prompts/get', 'mcp:resources/read']);

/** @param isQuiet whether something of what it tells is masked. */
export function mayPassUnread(call: CompletedCall, isQuiet: boolean): boolean {
  const isPlain = PASSING.has(call.operation) && call.message?.id != null && !isQuiet && !isInline(call);
  return isPlain && !isWithheldUnlessItFits(call);
}

/** What does not fit the tool's own schema must not be told (result-check.ts): so it has to be read first. */
function isWithheldUnlessItFits({ operation, upstream }: CompletedCall): boolean {
  return operation === 'mcp:tools/call' && upstream.kind === 'mcp' && upstream.resultChecks === 'withhold';
}

export interface LargeAnswer {
  /** Throws OutlineError where the text can no longer become an answer that all readers read alike. */
  push(bytes: Uint8Array): void;
  /** The outcome of the call, once all has come. Throws OutlineError for what is no answer to it. */
  end(): Pick<CallOutcome, 'outcome' | 'result' | 'error' | 'isUnread'>;
}

export function readLarge(call: CompletedCall): LargeAnswer {
  const outline = createOutline('result');
  return {
    push: (bytes) => outline.push(bytes),
    end: () => ({ outcome: outcomeIn(outline.end(), call), result: null, error: null, isUnread: true }),
  };
}

/** Names that say what a result is: a reader that ignores case must find no other. */
const READ: ReadonlySet<string> = new Set([
  'resultType',
  'inputRequests',
  'requestState',
  'task',
  'taskId',
  'isError',
  'structuredContent',
]);
const FOLDED: ReadonlySet<string> = new Set([...READ].map((name) => name.toLowerCase()));

function outcomeIn({ members, within }: Outline, call: CompletedCall): Outcome {
  const known = ['jsonrpc', 'id', 'result'];
  if ([...members.keys()].some((name) => !known.includes(name)))
    throw new OutlineError('it is more than a result');
  if (members.get('jsonrpc')?.scalar !== '"2.0"') throw new OutlineError('it is no JSON-RPC 2.0');
  if (valueOf(members.get('id')?.scalar) !== call.message?.id)
    throw new OutlineError('it is not to the request that was sent');
  if (members.get('result')?.kind !== 'object') throw new OutlineError('it has no result');
  const folded = [...within.keys()].filter((name) => !READ.has(name) && FOLDED.has(name.toLowerCase()));
  if (folded.length > 0) throw new OutlineError('two readers could take one of its names for two');
  const type = within.get('resultType');
  // What else a result may be is an answer that the gateway must read: it asks for something, or names a task.
  if ((type !== undefined && type.scalar !== '"complete"') || within.has('task') || within.has('taskId'))
    throw new OutlineError('it is a result of a type that must be read, and too large for that');
  return within.get('isError')?.scalar === 'true' ? 'tool_error' : 'ok';
}

function valueOf(scalar: string | null | undefined): unknown {
  return scalar == null ? undefined : JSON.parse(scalar);
}
