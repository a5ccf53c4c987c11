// Whether a policy's conditions decide anything.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** Whether a policy applies wherever its scope matches: it has no conditions, or none that could fail. */
export function isUnconditional({ conditions }: PolicyJson): boolean {
  return conditions.every(({ kind, body }) => 'Value' in body && body['Value'] === (kind === 'when'));
}
