// How much a server may change in an hour before its changes are held back instead of recorded (ADR 0033). Pure but for its
// memory of that hour.

export interface ChangeBudget {
  /** Whether a change of so many characters is within the budget; if so, it is counted. */
  take(characters: number): boolean;
  /** Milliseconds until the oldest change is an hour ago. */
  waitMs(): number;
}

const HOUR_MS = 3_600_000;
/** A server that changes more often than every half minute, for an hour, tells nobody anything. */
const MAX_CHANGES = 120;
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** @param now milliseconds since the epoch. */
export function createChangeBudget(now: () => number, maxChanges = MAX_CHANGES): ChangeBudget {
  let taken: { readonly at: number; readonly characters: number }[] = [];
  const prune = (): void => {
    taken = taken.filter(({ at }) => at > now() - HOUR_MS);
  };
  return {
    take(characters) {
      prune();
      const sum = taken.reduce((total, each) => total + each.characters, characters);
      // The first of an hour is taken whatever its size: what a server lists at all has to be on record.
      if (taken.length > 0 && (taken.length >= maxChanges || sum > MAX_CHARACTERS)) return false;
      taken.push({ at: now(), characters });
      return true;
    },
    waitMs() {
      prune();
      const [oldest] = taken;
      return oldest === undefined ? 0 : oldest.at + HOUR_MS - now();
    },
  };
}
