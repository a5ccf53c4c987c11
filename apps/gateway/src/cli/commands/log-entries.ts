// `countersign log entries`: entries of one kind or of all, newest first, through the gateway.
import { ENTRY_KINDS, type EntryKind } from '@countersign/audit';
import type { EntryPage } from '../../admin/client.ts';
import { closest } from '../../config/problems.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const HEAD = ['index', 'time', 'kind', 'call', 'what'] as const;

export const logEntries = defineCommand({
  summary: 'Find entries of the log by kind and time, newest first (for auditors)',
  takes: [],
  options: {
    kind: { type: 'string', value: 'kind', help: 'such as admin.action, log.read, registry.changed' },
    from: { type: 'string', value: 'time', help: 'recorded at or after (RFC 3339 with offset)' },
    to: { type: 'string', value: 'time', help: 'recorded before' },
    limit: { type: 'string', value: 'number', help: 'at most so many, up to 200 (default 50)' },
    cursor: { type: 'string', value: 'text', help: 'go on behind an earlier page (its `nextCursor`)' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { kind, from, to, limit, cursor } = values;
    const given = { from, to, limit, cursor };
    const gateway = await openGateway(values, terminal);
    const page = await bodyOf(
      gateway.log.entries.$get({
        query: {
          ...(kind === undefined ? {} : { kind: kindOf(kind) }),
          ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        },
      }),
    );
    if (values.json === true) {
      terminal.out(JSON.stringify(page));
      return 0;
    }
    const rows = page.entries.map((entry) => [
      String(entry.index),
      time(entry.time, values.utc === true),
      entry.kind,
      entry.call ?? '–',
      wordsOf(entry),
    ]);
    const style = { isColoured: terminal.isInteractive, none: 'no such entries' };
    for (const line of table(HEAD, rows, style)) terminal.out(line);
    if (page.nextCursor === null && page.archivedTo > 0)
      terminal.err(`entries before ${page.archivedTo} are in archives: see \`--kind log.pruned\``);
    if (page.nextCursor !== null) terminal.err(`there are more: --cursor ${page.nextCursor}`);
    return 0;
  },
});

function wordsOf({ body, by, reason }: EntryPage['entries'][number]): string {
  const told = { by, reason: reason === null ? null : JSON.stringify(reason) };
  return Object.entries({ ...told, ...(body as Readonly<Record<string, string | number | null>>) })
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
    .join(' ');
}

function kindOf(text: string): EntryKind {
  const kinds = Object.keys(ENTRY_KINDS) as EntryKind[];
  const kind = kinds.find((each) => each === text);
  if (kind !== undefined) return kind;
  const meant = closest(text, kinds);
  const hint = meant === undefined ? `give one of ${kinds.join(', ')}` : `did you mean ${meant}`;
  throw usageError(`\`--kind\` is \`${text}\`: ${hint}`);
}
