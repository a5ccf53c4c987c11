// What the API says of policy sets that are not in force, and of bringing one there.
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type {
  CaseReport,
  ChangeDetail,
  PolicyCheck,
  PolicyNames,
  PolicySource,
  PolicyVersionDetail,
  Shadow,
  SimulatedRequest,
  Simulation,
} from '../../api/types.ts';

type Sources = readonly PolicySource[];

export const fetchVersion = (version: number, signal?: AbortSignal): Promise<PolicyVersionDetail> =>
  answer(
    parseResponse(
      api.policies.versions[':version'].$get({ param: { version: String(version) } }, until(signal)),
    ),
  );

export const fetchNames = (signal?: AbortSignal): Promise<PolicyNames> =>
  answer(parseResponse(api.policies.names.$get({}, until(signal))));

export const postCheck = (sources: Sources, signal?: AbortSignal): Promise<PolicyCheck> =>
  answer(parseResponse(api.policies.check.$post({ json: { sources: [...sources] } }, until(signal))));

/** @param sources null: the set in force */
export const postCall = (request: SimulatedRequest, sources: Sources | null): Promise<Simulation> =>
  answer(
    parseResponse(
      api.policies.simulate.$post({
        json: { request, ...(sources === null ? {} : { sources: [...sources] }) },
      }),
    ),
  );

export const postCases = (cases: string, sources: Sources): Promise<CaseReport> =>
  answer(parseResponse(api.policies.test.$post({ json: { cases, sources: [...sources] } })));

/** The answer is a stream of events. */
export async function startReplay(
  sources: Sources,
  window: { readonly since: string } | { readonly last: number },
  signal: AbortSignal,
): Promise<Response> {
  const response = await answer(
    api.policies.diff.$post({ json: { sources: [...sources], ...window } }, { init: { signal } }),
  );
  if (!response.ok) await answer(parseResponse(response));
  return response;
}

export interface Proposed {
  readonly files: Sources;
  /** A file of cases, YAML; blank: none. */
  readonly cases: string;
  readonly message: string;
  /** Digest of the set in force that the author saw. */
  readonly base: string | null;
}

export const postSet = ({ files, cases, message, base }: Proposed): Promise<ChangeDetail> =>
  answer(
    parseResponse(
      api.policies.publish.$post({
        json: { sources: [...files], message, base, ...(cases.trim() === '' ? {} : { cases }) },
      }),
    ),
  );

export const postRollback = (version: number, message: string): Promise<ChangeDetail> =>
  answer(parseResponse(api.policies.rollback.$post({ json: { version, message } })));

export const fetchShadow = (signal?: AbortSignal): Promise<Shadow> =>
  answer(parseResponse(api.policies.shadow.$get({}, until(signal))));
export const putShadow = (sources: Sources): Promise<Shadow> =>
  answer(parseResponse(api.policies.shadow.$put({ json: { sources: [...sources] } })));
export const deleteShadow = (): Promise<Shadow> => answer(parseResponse(api.policies.shadow.$delete({})));
