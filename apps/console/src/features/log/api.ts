// What the admin API says of the log: checkpoints, keys, exports, and what happens to what is stored of people.
import type { InferRequestType } from 'hono/client';
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type {
  ChangeDetail,
  ChangeList,
  CheckpointList,
  EntryPage,
  ErasureList,
  ExportList,
  LegalHold,
  Retention,
} from '../../api/types.ts';

const PAGE = '50';

export const fetchCheckpointsBefore = (
  before: number | null,
  signal?: AbortSignal,
): Promise<CheckpointList> =>
  answer(
    parseResponse(
      api.checkpoints.$get(
        { query: { limit: PAGE, ...(before === null ? {} : { before: String(before) }) } },
        until(signal),
      ),
    ),
  );

const paged = (cursor: string | null) => ({
  query: { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
});

export const fetchExports = (cursor: string | null, signal?: AbortSignal): Promise<ExportList> =>
  answer(parseResponse(api.exports.$get(paged(cursor), until(signal))));
export const fetchErasures = (cursor: string | null, signal?: AbortSignal): Promise<ErasureList> =>
  answer(parseResponse(api.erasures.$get(paged(cursor), until(signal))));

type KindOf = NonNullable<InferRequestType<typeof api.log.entries.$get>['query']['kind']>;
export const fetchEntries = (
  kind: KindOf | null,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<EntryPage> =>
  answer(
    parseResponse(
      api.log.entries.$get(
        { query: { ...paged(cursor).query, ...(kind === null ? {} : { kind }) } },
        until(signal),
      ),
    ),
  );

export const fetchRetention = (signal?: AbortSignal): Promise<Retention> =>
  answer(parseResponse(api.retention.$get({}, until(signal))));
export const fetchErasureChanges = (signal?: AbortSignal): Promise<ChangeList> =>
  answer(parseResponse(api.changes.$get({ query: { of: 'erasure', limit: PAGE } }, until(signal))));

export async function fetchHolds(signal?: AbortSignal): Promise<readonly LegalHold[]> {
  return (await answer(parseResponse(api.holds.$get({}, until(signal))))).holds;
}
export const placeHold = (hold: { readonly query: string; readonly reason: string }): Promise<LegalHold> =>
  answer(parseResponse(api.holds.$post({ json: hold })));
export const liftHold = (id: string, reason: string): Promise<LegalHold> =>
  answer(parseResponse(api.holds[':id'].lift.$post({ param: { id }, json: { reason } })));

type ErasureProposal = InferRequestType<typeof api.erasures.$post>['json'];
export const proposeErasure = (proposal: ErasureProposal): Promise<ChangeDetail> =>
  answer(parseResponse(api.erasures.$post({ json: proposal })));

export const fetchKeyManifest = (signal?: AbortSignal): Promise<string> =>
  answer(parseResponse(api.log.keys.$get({}, until(signal))));
export const fetchTrustPolicy = (signal?: AbortSignal): Promise<string> =>
  answer(parseResponse(api.log.trust.$get({}, until(signal))));
