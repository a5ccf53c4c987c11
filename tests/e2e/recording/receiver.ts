// Whoever a request comes to in the end, as the walk sees it: how many came, and the next one held at the door, so that the log
// can be read while nothing has been carried out yet.

export interface Arrival {
  /** Lets it in. */
  readonly release: () => void;
}

export interface Receiver {
  /** How many have come, those at the door included. */
  count(): number;
  /** Holds the next one. */
  next(): Promise<Arrival>;
  /** For the receiver itself: one has come; resolves when it may be carried out. */
  arrive(): Promise<void>;
}

export function createReceiver(): Receiver {
  let count = 0;
  let tell: ((arrival: Arrival) => void) | null = null;
  return {
    count: () => count,
    next: () => new Promise((resolve) => (tell = resolve)),
    async arrive() {
      count += 1;
      if (tell === null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      tell({ release: resolve });
      tell = null;
      await promise;
    },
  };
}
