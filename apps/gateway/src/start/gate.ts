// Both listeners are bound before anything that names their addresses is made, and closed until all of it stands.
import type { listen } from '../listen.ts';

type Fetch = Parameters<typeof listen>[0];

/** Holds both listeners closed (503) until everything behind them stands. */
export function createGate() {
  const closed: Fetch = () => new Response('starting', { status: 503, headers: { 'retry-after': '1' } });
  let [data, admin] = [closed, closed];
  return {
    data: ((request, env) => data(request, env)) as Fetch,
    admin: ((request, env) => admin(request, env)) as Fetch,
    open(dataFetch: Fetch, adminFetch: Fetch) {
      [data, admin] = [dataFetch, adminFetch];
    },
  };
}
