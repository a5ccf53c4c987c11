// Starts the console.
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/error.ts';
import { App } from './app.tsx';
import { forgetSession, refreshSession, takeTokenFromAddress } from './features/session/use-session.ts';
import './styles.css';
import { text as sessionText } from './features/session/text.ts';

takeTokenFromAddress();

/** A refusal stays one, however often it is asked for; only a gateway that is away or ailing may come round. */
const isFinal = (error: Error): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500;

const onError = (error: Error): void => {
  if (error instanceof ApiError && error.status === 401) forgetSession(client, sessionText.ended);
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

window.addEventListener('hashchange', () => {
  if (takeTokenFromAddress()) void refreshSession(client);
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no `#root` to be drawn in');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
