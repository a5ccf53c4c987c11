// `countersign log tail`: the newest entries of every kind, from the data folder itself.
import { setTimeout as wait } from 'node:timers/promises';
import { type EntryHeader, parseEntry, type StoredEntry, toHex } from '@countersign/audit';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { safe, time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const LOOK_MS = 250;

export const logTail = defineCommand({
  summary: 'Print the newest entries of the log',
  takes: [],
  options: {
    lines: { type: 'string', short: 'n', value: 'number', help: 'how many (default 20)' },
    follow: { type: 'boolean', help: 'go on as entries are recorded, until interrupted' },
    ...UTC_OPTION,
    ...DATA_OPTION,
  },
  async run({ values, terminal }) {
    const lines = countOf(values.lines ?? '20');
    const folder = await openLogFolder(dataFolder(values, terminal));
    const print = values.json === true ? jsonLine : (entry: Shown) => textLine(entry, values.utc === true);
    try {
      let next = Math.max(0, (await folder.log.head()).size - lines);
      do {
        for await (const stored of folder.log.entries(next)) {
          terminal.out(print(shownOf(stored)));
          next = stored.index + 1;
        }
        if (values.follow === true) await wait(LOOK_MS);
      } while (values.follow === true);
      return 0;
    } finally {
      folder.close();
    }
  },
});

interface Shown {
  readonly header: EntryHeader;
  readonly leaf: string;
}

function shownOf(stored: StoredEntry): Shown {
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new CommandError(1, `entry ${stored.index} is malformed: ${parsed.error.message}`);
  return { header: parsed.value, leaf: toHex(stored.leaf) };
}

function jsonLine({ header, leaf }: Shown): string {
  return JSON.stringify({ leaf, header });
}

function textLine({ header }: Shown, isUtc: boolean): string {
  const { index, kind, call, body } = header;
  const at = time(new Date(Math.floor(header.time / 1000)).toISOString(), isUtc);
  const words = Object.entries(body).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${String(value)}`],
  );
  return safe([String(index).padStart(8), at, kind, ...(call === null ? [] : [call]), ...words].join('  '));
}

function countOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw usageError(`\`--lines\` is \`${text}\`: give a whole number`);
  return Number(text);
}
