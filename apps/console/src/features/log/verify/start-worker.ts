// Starts the worker that verifies. The page's policy lets no text become the address of a script but by this one door, and the
// only text that goes through it is the name that the build gave to our own file.
// oxlint-disable-next-line import/default -- the query makes the build export the address
import workerAddress from './worker.ts?worker&url';

interface TrustedScriptAddress {
  readonly brand: unique symbol;
}
interface Factory {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (text: string) => string },
  ): { createScriptURL(text: string): TrustedScriptAddress };
}

const trusted = (globalThis as { readonly trustedTypes?: Factory }).trustedTypes;
const policy = trusted?.createPolicy('countersign-worker', {
  createScriptURL: (text) => {
    if (text !== workerAddress) throw new TypeError('only the console’s own worker is started');
    return text;
  },
});

export function startWorker(): Worker {
  const address = policy?.createScriptURL(workerAddress) ?? workerAddress;
  // The types of the DOM do not know trusted addresses.
  return new Worker(address as string, { type: 'module' });
}
