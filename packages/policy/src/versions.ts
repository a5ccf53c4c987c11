// What decides here, as the audit log's bundles name it, so that whoever decides again knows whether it is the same.

import { openCedar } from './cedar-door.ts';

/**
 * The rules by which results of policies combine to a decision (DESIGN section 6). To be counted up whenever a change of
 * them would decide any recorded call otherwise.
 */
export const ALGEBRA = 'countersign/algebra/1';

/** The evaluator with its version. Opens an instance to ask it: some ten milliseconds. */
export function engineVersion(): string {
  const cedar = openCedar() as unknown as { getCedarVersion(): string };
  return `cedar ${cedar.getCedarVersion()}`;
}
