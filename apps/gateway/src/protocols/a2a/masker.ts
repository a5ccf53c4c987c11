// Masks the answers to one call, one after another: what an earlier event had masked stays masked where a later one
// repeats it.
import type { ObligationPath } from '@countersign/policy';
import { ok, type Rejection, type Result } from '../../errors.ts';
import { maskFailed, notesText } from '../../obligations/mask-failed.ts';
import { NO_SECRETS } from '../../obligations/secrets.ts';
import type { RecordedCall } from '../../pipeline/types.ts';
import type { Asked } from './answer.ts';
import { maskAnswer } from './mask.ts';

export interface Masker {
  /** The same bytes where nothing is masked. `note` says for the record what was withheld; null for nothing. */
  mask(
    bytes: Uint8Array,
    paths: readonly ObligationPath[],
  ): Result<{ readonly bytes: Uint8Array; readonly note: string | null }>;
  /** An error is in the agent's own words. @param json the error. */
  refuseError(json: string): Rejection;
}

/** JSON-RPC's own range: a code from it names a fault, and nothing else. */
const MIN_CODE = -32768;
const MAX_CODE = -32000;

export function createMasker(call: RecordedCall, asked: Pick<Asked, 'form' | 'dialect'>): Masker {
  let secrets = NO_SECRETS;
  return {
    mask(bytes, paths) {
      if (paths.length === 0) return ok({ bytes, note: null });
      const masked = maskAnswer(bytes, asked, paths, secrets);
      if (!masked.ok) return { ok: false, error: maskFailed(call, masked.why) };
      secrets = masked.secrets;
      return ok({ bytes: masked.bytes, note: notesText(masked.notes) });
    },
    refuseError(json) {
      const { code } = JSON.parse(json) as { readonly code?: unknown };
      const why = 'it is an error, in words of the agent';
      const isFault =
        typeof code === 'number' && Number.isInteger(code) && code >= MIN_CODE && code <= MAX_CODE;
      return isFault ? maskFailed(call, why, code) : maskFailed(call, why);
    },
  };
}
