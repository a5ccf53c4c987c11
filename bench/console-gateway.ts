// The command line of the gateway, whose store also takes calls from the socket that `BENCH_CALLS` names.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isStore =
      specifier.endsWith('store/sqlite/requests/client.ts') &&
      context.parentURL?.endsWith('start/store.ts') === true;
    return next(isStore ? new URL('console-store.ts', import.meta.url).href : specifier, context);
  },
});

await import('../apps/gateway/src/cli/main.ts');
