// Parts of a JSON-RPC answer as their own text: what an agent wrote keeps its digits and its order.
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';
import { memberText } from './ids.ts';

const SHAPE = compileShape({ '': {}, result: {} });

/** The `result` of an answer that has one. */
export function resultIn(message: Uint8Array): string {
  const text = memberText(message, scanned(message)?.get(''), 'result');
  if (text === null) throw new Error('an answer without a result was to be told');
  return text;
}

/** The `result`, an object, without one of its members. */
export function resultWithout(message: Uint8Array, name: string): string {
  const result = scanned(message)?.get('result');
  if (result?.kind !== 'object') return resultIn(message);
  return resultIn(splice(message, editMembers(result, new Map([[name, null]]))));
}

function scanned(message: Uint8Array) {
  const read = scan(message, SHAPE, {
    maxBytes: message.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  return read.ok ? read.value.containers : null;
}
