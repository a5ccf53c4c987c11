// What the API says of servers and of what they define.
import { parseResponse } from 'hono/client';
import { answer, api, until } from '../../api/client.ts';
import type { Definition, DefinitionList, DefinitionText, UpstreamList } from '../../api/types.ts';

export const fetchUpstreams = (signal?: AbortSignal): Promise<UpstreamList> =>
  answer(parseResponse(api.upstreams.$get({}, until(signal))));
export const fetchDefinitions = (name: string, signal?: AbortSignal): Promise<DefinitionList> =>
  answer(parseResponse(api.upstreams[':name'].definitions.$get({ param: { name } }, until(signal))));
export const fetchDefinitionText = (
  name: string,
  which: Pick<Definition, 'kind' | 'name'>,
  signal?: AbortSignal,
): Promise<DefinitionText> =>
  answer(
    parseResponse(
      api.upstreams[':name'].definitions.text.$get(
        { param: { name }, query: { kind: which.kind, name: which.name } },
        until(signal),
      ),
    ),
  );
/** Calls since `from` by server. */
export const fetchUseOfAll = (from: string, signal?: AbortSignal) =>
  answer(parseResponse(api.calls.tallies.$get({ query: { from, facets: 'upstream' } }, until(signal))));
export const fetchUse = (upstream: string, from: string, signal?: AbortSignal) =>
  answer(
    parseResponse(api.calls.tallies.$get({ query: { upstream, from, facets: 'resource' } }, until(signal))),
  );

/** `shown`: as it was shown; what has changed since then is refused. */
export const postAccepted = (
  name: string,
  shown: Pick<Definition, 'kind' | 'name' | 'digest'>,
): Promise<Definition> =>
  answer(
    parseResponse(
      api.upstreams[':name'].definitions.accept.$post({
        param: { name },
        json: { kind: shown.kind, name: shown.name, digest: shown.digest },
      }),
    ),
  );
