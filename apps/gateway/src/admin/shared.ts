// One answer for all who ask the same at the same time. Whoever asks while it is worked on waits for the next, which all who
// wait share: nobody gets an answer that was begun before they asked, and however many ask, one is worked on at a time.

/** Rejects with what the work rejects with. */
export type Share = <T>(key: string, work: () => Promise<T>) => Promise<T>;

interface Flight {
  readonly now: Promise<unknown>;
  next: Promise<unknown> | null;
}

/** `work` of one key has to come to the same thing, whoever asks. */
export function createShare(): Share {
  const flights = new Map<string, Flight>();

  function begin<T>(key: string, work: () => Promise<T>): Promise<T> {
    const now = work();
    const flight: Flight = { now, next: null };
    flights.set(key, flight);
    const over = (): void => {
      if (flight.next === null) flights.delete(key);
    };
    now.then(over, over);
    return now;
  }

  return <T>(key: string, work: () => Promise<T>) => {
    const flight = flights.get(key);
    if (flight === undefined) return begin(key, work);
    const again = (): Promise<T> => begin(key, work);
    flight.next ??= flight.now.then(again, again);
    return flight.next as Promise<T>;
  };
}
