// Fetches the parts of the console that are not in its first piece, and tells why one is missing: a gateway may go between the
// page and its parts, or come back with another version of the console, whose parts have other names.
import { lazyRouteComponent } from '@tanstack/react-router';
import { text } from './text.ts';

/** A part that is not to be had. `again` fetches it anew and never fails: what is drawn then tells how that went. */
export class NotLoadedError extends Error {
  /** The gateway is there and has no such part any more: only the page as a whole can be loaded again. */
  readonly isReplaced: boolean;
  readonly again: () => Promise<void>;

  constructor(isReplaced: boolean, again: () => Promise<void>, cause: unknown) {
    super(isReplaced ? text.replaced : text.unreachable, { cause });
    this.name = 'NotLoadedError';
    this.isReplaced = isReplaced;
    this.again = again;
  }
}

/** A component that is fetched when it is first drawn or gone to. Where it is drawn and cannot be had, it throws a `NotLoadedError`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the router's own bound: a module may export anything
export function loaded<M extends Record<string, any>, K extends keyof M>(load: () => Promise<M>, name: K) {
  const component = lazyRouteComponent<M, K>(async () => {
    try {
      return await load();
    } catch (cause) {
      // The router would load the whole page again at once, and with it lose what is written, for an error of the browser's own.
      throw new NotLoadedError(await isThere(), async () => await component.preload?.(), cause);
    }
  }, name);
  return component;
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
