// What a call's page asks of the admin API besides the call itself: proofs, keys, bundles.
import { type InferResponseType, parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import { asApiError } from '../../api/error.ts';

export type CallProofs = InferResponseType<(typeof api.calls)[':id']['proofs']['$get'], 200>;

export const fetchProofs = (id: string, signal?: AbortSignal): Promise<CallProofs> =>
  answer(parseResponse(api.calls[':id'].proofs.$get({ param: { id } }, until(signal))));

/** The gateway's own list of the keys that speak for its log, as a signed note. */
export const fetchKeyManifest = (signal?: AbortSignal): Promise<string> =>
  answer(parseResponse(api.log.keys.$get({}, until(signal))));

export interface ExportedFile {
  readonly name: string;
  readonly data: Blob;
  /** Index of the entry that records that it was taken away. */
  readonly recordedAt: string;
  readonly entries: string;
}

/** A proof bundle of one call or of one chain. */
export async function exportBundle(
  of: { readonly call: string } | { readonly chain: string },
  reason: string,
): Promise<ExportedFile> {
  try {
    const response = await api.exports.$post({ json: { ...of, reason } });
    if (!response.ok) await parseResponse(Promise.resolve(response));
    const said = (name: string): string => response.headers.get(name) ?? '';
    return {
      name: `${said('Countersign-Export')}.bundle.jsonl`,
      data: await response.blob(),
      recordedAt: said('Countersign-Entry'),
      entries: said('Countersign-Entries'),
    };
  } catch (error) {
    throw asApiError(error);
  }
}
