// Times are shown in the reader's own zone, with its offset, unless UTC is asked for.
import type { OptionTable } from './command.ts';

export const UTC_OPTION = {
  utc: { type: 'boolean', help: 'show times in UTC' },
} as const satisfies OptionTable;
