// The one door to Cedar's WebAssembly engine: opens a fresh, private instance. The only file that imports a
// runtime's own modules; a browser build swaps it for one over the package's `/web` entry (DESIGN section 12).

import { createRequire } from 'node:module';
import type {
  AuthorizationAnswer,
  CheckParseAnswer,
  PartialAuthorizationAnswer,
  PartialAuthorizationCall,
  PolicySet,
  PolicyToJsonAnswer,
  Policy,
  PolicyToTextAnswer,
  PolicyJson,
  Schema,
  StatefulAuthorizationCall,
  Template,
  AuthorizationCall,
  ValidationAnswer,
  ValidationCall,
} from '@cedar-policy/cedar-wasm/nodejs';

/**
 * What this package uses of one engine instance. Any call may throw, and an instance that threw is never used again:
 * a trap leaves its stack pointer where it was, and every later call fails with it.
 */
export interface Cedar {
  checkParseSchema(schema: Schema): CheckParseAnswer;
  validate(call: ValidationCall): ValidationAnswer;
  policyToJson(policy: Policy): PolicyToJsonAnswer;
  templateToJson(template: Template): PolicyToJsonAnswer;
  policyToText(policy: PolicyJson): PolicyToTextAnswer;
  isAuthorized(call: AuthorizationCall): AuthorizationAnswer;
  isAuthorizedPartial(call: PartialAuthorizationCall): PartialAuthorizationAnswer;
  preparsePolicySet(name: string, policies: PolicySet): CheckParseAnswer;
  statefulIsAuthorized(call: StatefulAuthorizationCall): AuthorizationAnswer;
}

export type OpenCedar = () => Cedar;

const ENTRY = '@cedar-policy/cedar-wasm/nodejs';

/** Opens an instance with a memory of its own; costs some ten milliseconds. Never throws for what was fed to another. */
export const openCedar: OpenCedar = () => {
  // WHY: the package instantiates once per module load, so a second instance is a second load. A require of its own per
  // load keeps the discarded instance out of a long-lived parent's `children`, so that it can be collected.
  const require = createRequire(import.meta.url);
  const path = require.resolve(ENTRY);
  delete require.cache[path];
  const cedar = require(path) as Cedar;
  delete require.cache[path];
  return cedar;
};
