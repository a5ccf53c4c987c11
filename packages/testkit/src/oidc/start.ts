// Starts the test OpenID provider and says to it what it is to do.
import { type RunningProcess, startProcess } from '../process.ts';
import type { OidcSeen, OidcState } from './types.ts';

export interface OidcProvider {
  /** The issuer identifier. */
  readonly url: string;
  readonly process: RunningProcess;
  /** Changes how it behaves; what is not named stays. */
  set(change: Partial<OidcState>): Promise<void>;
  seen(): Promise<OidcSeen>;
  /**
   * What a browser does that was sent to `location`: chooses who it is there, and yields the address to which it is sent back.
   */
  signIn(location: string, as: string): Promise<URL>;
  /** A logout token with these claims; those that are null are left out. */
  logoutToken(claims: Readonly<Record<string, unknown>>): Promise<string>;
  stop(): Promise<void>;
}

/** `port`: the same again after it was stopped, since clients know it by its address. */
export async function startOidcProvider(
  people: OidcState['people'],
  options: { readonly port?: number } = {},
): Promise<OidcProvider> {
  const running = await startProcess({
    script: new URL('./main.ts', import.meta.url),
    args: options.port === undefined ? [] : ['--port', String(options.port)],
  });
  const control = async (change?: Partial<OidcState>): Promise<{ readonly seen: OidcSeen }> => {
    const body =
      change === undefined ? {} : { body: new URLSearchParams({ change: JSON.stringify(change) }) };
    const response = await fetch(`${running.url}/control`, { method: 'POST', ...body });
    return (await response.json()) as { readonly seen: OidcSeen };
  };
  await control({ people });
  return {
    url: running.url,
    process: running,
    set: async (change) => void (await control(change)),
    seen: async () => (await control()).seen,
    async signIn(location, as) {
      const asked = new URL(location);
      asked.pathname = '/sign-in';
      asked.searchParams.set('as', as);
      const response = await fetch(asked, { redirect: 'manual' });
      const back = response.headers.get('location');
      if (back === null)
        throw new Error(
          `the provider did not send \`${as}\` back: ${response.status} ${await response.text()}`,
        );
      return new URL(back);
    },
    async logoutToken(claims) {
      const body = new URLSearchParams({ claims: JSON.stringify(claims) });
      const response = await fetch(`${running.url}/logout-token`, { method: 'POST', body });
      return ((await response.json()) as { readonly token: string }).token;
    },
    stop: async () => void (await running.stop()),
  };
}
