// How a command that runs until it is told to stop hears of it.
import type { Terminal } from './terminal.ts';

/**
 * Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. Listened for from the beginning: a
 * signal that comes while something starts stops it as soon as it stands.
 */
export function stopSignal(
  terminal: Terminal,
  say: { readonly first: string; readonly again: string },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      terminal.err(`${signal} again: ${say.again}`);
      process.exit(2);
    }
    isStopping = true;
    terminal.err(`${signal}: ${say.first}`);
    resolve();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return promise;
}
