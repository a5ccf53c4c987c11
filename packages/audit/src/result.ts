// The result and error shapes of this package. Bad input is a value, never an exception; exceptions are
// kept for programmer errors.

export type Result<T, E = AuditError> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** What is wrong with some bytes: a stable code for machines and one sentence for people. */
export interface AuditError {
  readonly code:
    | 'entry_malformed'
    | 'range_malformed'
    | 'note_malformed'
    | 'key_malformed'
    | 'checkpoint_malformed'
    | 'receipt_malformed'
    | 'manifest_malformed'
    | 'signature_invalid'
    | 'signature_missing'
    | 'trust_malformed'
    | 'quorum_unmet'
    | 'tile_malformed'
    | 'proof_malformed'
    | 'proof_invalid';
  readonly message: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail(
  code: AuditError['code'],
  message: string,
): { readonly ok: false; readonly error: AuditError } {
  return { ok: false, error: { code, message } };
}
