// The cache of everything that the gateway answered, and what its failures mean for the page.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api/error.ts';
import { forgetSession } from './features/session/use-session.ts';
import { text } from './features/session/text.ts';

/** A refusal stays one, however often it is asked for; only a gateway that is away or ailing may come round. */
const isFinal = (error: Error): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500;

export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ApiError && error.status === 401) forgetSession(client, text.ended);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    // A wrong token at sign-in is told by the form itself; nobody is signed in then.
    mutationCache: new MutationCache({
      onError: (error, _input, _result, mutation) => {
        if (mutation.options.meta?.['anonymous'] !== true) onError(error);
      },
    }),
    defaultOptions: {
      queries: {
        // The gateway may well be on this machine: being offline says nothing about reaching it.
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && !isFinal(error),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
