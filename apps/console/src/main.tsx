// Starts the console.
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { refreshSession, takeTokenFromAddress } from './features/session/use-session.ts';
import { createQueryClient } from './query-client.ts';
import { parseOldAddress } from './shell/model/old-address.ts';
import { applyTheme } from './shell/theme.ts';
import './styles.css';

applyTheme();
takeTokenFromAddress();
// Links to `/?approval=…` and the like were given out before each had an address of its own.
const { pathname, search } = window.location;
const address = pathname === '/' ? parseOldAddress(search) : null;
if (address !== null) window.history.replaceState(null, '', address);
const client = createQueryClient();

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
