// A JSON-RPC message that is to go out in another binding, as the adapters read it: what is asked for, and where the parts of
// its parameters stand in its own text.
import type { Result } from '../../../errors.ts';
import { scan, textOf } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import type { Container, JsonObject, Scanned } from '../../json/types.ts';
import { boundByMethod, type BoundOperation } from './operations.ts';

export interface Undressed {
  readonly id: string | number;
  readonly operation: BoundOperation;
  readonly params: JsonObject;
  /** The text that the containers' ranges are of. */
  readonly bytes: Uint8Array;
  readonly container: Container | null;
  /** A number whose nearest double is another number, as it stands. */
  readonly inexact: string | null;
}

const SHAPE = compileShape({ params: {} });
/** It was within the limits when it was received. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };
export function undress(message: Uint8Array): Result<Undressed, string> {
  const scanned = scan(message, SHAPE, UNLIMITED);
  if (!scanned.ok) return { ok: false, error: scanned.error.message };
  const { value, containers, inexact } = scanned.value;
  const method = typeof value['method'] === 'string' ? value['method'] : '';
  const operation = boundByMethod(method);
  if (operation === null) return { ok: false, error: `\`${method}\` is no operation of A2A 1.0` };
  return {
    ok: true,
    value: {
      id: value['id'] as string | number,
      operation,
      params: (value['params'] ?? {}) as JsonObject,
      bytes: message,
      container: paramsIn(containers),
      inexact: inexact[0]?.lexeme ?? null,
    },
  };
}

function paramsIn(containers: Scanned['containers']): Container | null {
  const container = containers.get('params');
  return container?.kind === 'object' ? container : null;
}

/** The exact text of the parameters. */
export function paramsText({ bytes, container }: Undressed): string {
  return container === null ? '{}' : textOf(bytes, container);
}
