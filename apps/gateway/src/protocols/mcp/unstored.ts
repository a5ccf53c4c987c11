// What must not be stored of the answers that a request carries (`inputResponses`), so that the record of the request is without
// it too: each answer is decided here for that alone, and once more when it goes (ADR 0026).
import type { ObligationPath } from '@countersign/policy';
import { redactionsOf } from '../../obligations/of-call.ts';
import { authorize } from '../../pipeline/authorize.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { AuthenticatedCall } from '../../pipeline/types.ts';

/** @param answers each as the call that it is, under its key. */
export async function withUnstored(
  carrier: AuthenticatedCall,
  answers: readonly { readonly key: string; readonly call: AuthenticatedCall }[],
  pipeline: Deps,
): Promise<AuthenticatedCall> {
  const unstored = new Map<string, readonly ObligationPath[]>();
  for (const { key, call } of answers) {
    const decided = await authorize(call, pipeline);
    decided.verdict.reservation?.drop();
    const paths = redactionsOf(decided);
    if (paths.length > 0) unstored.set(key, paths);
  }
  return unstored.size === 0 ? carrier : { ...carrier, unstored };
}
