// The test OpenID provider as a process of its own.
import { numberOption } from '../args.ts';
import { closeServer, listenOnLoopback } from '../listen.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { createOidcServer } from './http.ts';
import { createTokenKeys } from './tokens.ts';
import type { OidcState } from './types.ts';

dieWithParent();
const state: OidcState = {
  hostility: 'none',
  people: {},
  refresh: 'given',
  groupsIn: 'id_token',
  offersSignOut: true,
};
let url = '';
const server = createOidcServer({
  url: () => url,
  keys: await createTokenKeys(),
  state,
  now: () => Date.now(),
});
url = await listenOnLoopback(server, numberOption('port', 'PORT', 0));
process.once('SIGTERM', () => void closeServer(server).then(() => process.exit(0)));
announceReady({ url });
