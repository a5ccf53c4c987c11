// The words around clocks.
import type { Zone } from './model/format.ts';

const names: Readonly<Record<Zone, string>> = { local: 'Local time', utc: 'UTC' };

export const text = {
  zone: (zone: Zone) => names[zone],
  shownIn: 'Times are shown in ',
  switchTo: (zone: Zone) => `, switch to ${zone === 'utc' ? 'UTC' : 'local time'}`,
} as const;
