// `countersign export`: takes entries away, as a proof bundle or in another format. The gateway records it before the first
// byte leaves; without a gateway the command does the same on the data folder itself.
import { createHash } from 'node:crypto';
import { ENTRY_KINDS, parseCheckpoint } from '@countersign/audit';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { untoldText } from '../../bundles/select.ts';
import type { ExportFormatName, ExportRequest } from '../../bundles/types.ts';
import { DETAIL_NAMES } from '../../exports/detail-names.ts';
import { EXPORT_FORMATS } from '../../exports/formats.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { exportOffline } from '../export-offline.ts';
import { exportOnline } from '../export-online.ts';
import { openSink, type Sink } from '../export-sink.ts';
import { GATEWAY_OPTIONS } from '../gateway.ts';
import { fields } from '../table.ts';
import type { Terminal } from '../terminal.ts';

const FORMATS = ['bundle', ...EXPORT_FORMATS.keys()];
const OUTCOMES: readonly string[] = ENTRY_KINDS['call.completed'].body.outcome.values;

/** As asked for on the command line: places may still be times. */
export type AskedExport = Omit<ExportRequest, 'query'> & {
  readonly query: Omit<ExportRequest['query'], 'from' | 'to'> & {
    readonly from?: number | string | undefined;
    readonly to?: number | string | undefined;
  };
};

/** An export that may be taken away now, wherever it is made. */
export interface TakenExport {
  readonly id: string;
  readonly extension: string;
  /** Index of the entry that records it. */
  readonly recordedAt: number;
  readonly entries: number;
  readonly disclosed: number;
  /** Calls of which nobody can tell whether they were asked for: they are not in it. */
  readonly untold: number;
  /** SHA-256 of all bytes, 64 hex digits. */
  readonly digest: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export const exportCommand = defineCommand({
  summary: 'Take entries away as a proof bundle, or in another format; recorded before the first byte leaves',
  takes: [],
  options: {
    chain: { type: 'string', value: 'id', help: 'every entry of this chain' },
    call: { type: 'string', value: 'id', help: 'the entries of this call' },
    agent: { type: 'string', value: 'name', help: 'of calls that this agent made' },
    policy: { type: 'string', value: 'id', help: 'of calls that this policy decided or guarded' },
    outcome: { type: 'string', value: 'word', help: 'of calls that ended so' },
    from: {
      type: 'string',
      value: 'place',
      help: 'from this entry index, or time (RFC 3339 with offset), on',
    },
    to: { type: 'string', value: 'place', help: 'up to, not including, this entry index or time' },
    format: { type: 'string', value: 'name', help: `${FORMATS.join(', ')} (default bundle)` },
    disclose: {
      type: 'string',
      value: 'names',
      help: 'details to show, separated by commas; `all`; `none` (default: what replaying decisions needs)',
    },
    withhold: { type: 'string', value: 'names', help: 'details not to show, whatever is disclosed' },
    since: {
      type: 'string',
      multiple: true,
      value: 'file',
      help: 'a checkpoint that the auditor holds: the bundle shows that it continues it; may be repeated',
    },
    reason: { type: 'string', value: 'text', help: 'why; recorded' },
    out: {
      type: 'string',
      value: 'file',
      help: 'where to write it (default: its id); `-` for standard output',
    },
    offline: { type: 'boolean', help: 'from the data folder itself, without a gateway' },
    config: { type: 'string', value: 'file', help: 'with --offline: the gateway’s config file' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { chain, call, agent, policy } = values;
    const outcome = values.outcome === undefined ? undefined : oneOf('--outcome', values.outcome, OUTCOMES);
    const asked: AskedExport = {
      format: oneOf('--format', values.format ?? 'bundle', FORMATS) as ExportFormatName,
      query: { chain, call, agent, policy, outcome, from: placeOf(values.from), to: placeOf(values.to) },
      disclose: disclosedNames(values.disclose),
      withhold: values.withhold === undefined ? [] : namesIn('--withhold', values.withhold),
      since: await Promise.all((values.since ?? []).map((file) => sizeIn(file, terminal))),
      reason: values.reason ?? null,
    };
    // Before anything is asked for: an export goes on record, so one that could not be written would be told of for nothing.
    const sink = values.out === undefined ? undefined : await openSink(values.out, terminal);
    const taken = await (values.offline === true
      ? exportOffline(asked, values, terminal)
      : exportOnline(asked, values, terminal)
    ).catch(async (error: unknown) => {
      await sink?.discard();
      throw error;
    });
    try {
      const out = values.out ?? `${taken.id}.${taken.extension}`;
      const bytes = await write(taken, sink ?? (await openSink(out, terminal)), terminal);
      const { id, recordedAt, entries, disclosed, untold, digest } = taken;
      const summary = {
        export: id,
        file: out === '-' ? null : out,
        entry: recordedAt,
        entries,
        disclosed,
        ...(untold === 0 ? {} : { untold }),
        digest,
        bytes,
      };
      if (untold > 0) terminal.err(untoldText(untold));
      tell(summary, out === '-' || values.json !== true ? 'text' : 'json', out === '-', terminal);
      return 0;
    } finally {
      await taken.close();
    }
  },
});

async function write(taken: TakenExport, sink: Sink, terminal: Terminal): Promise<number> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of taken.pieces) {
      hash.update(piece);
      bytes += piece.length;
      await sink.write(piece);
      if (terminal.isInteractive) terminal.progress(`${bytes} bytes`);
    }
    if (hash.digest('hex') !== taken.digest)
      throw new CommandError(1, 'what came is not what was recorded: it was cut off or changed on the way');
  } catch (error) {
    await sink.discard();
    throw error;
  }
  if (terminal.isInteractive) terminal.progress('');
  await sink.keep();
  return bytes;
}

function tell(
  summary: Readonly<Record<string, string | number | null>>,
  form: 'text' | 'json',
  isElsewhere: boolean,
  terminal: Terminal,
): void {
  if (form === 'json') {
    terminal.out(JSON.stringify(summary));
    return;
  }
  const rows = Object.entries(summary).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, String(value)]],
  );
  // The file itself is on standard output then.
  for (const line of fields(rows)) {
    if (isElsewhere) terminal.err(line);
    else terminal.out(line);
  }
}

function oneOf(option: string, given: string, allowed: readonly string[]): string {
  if (!allowed.includes(given))
    throw usageError(`\`${option}\` is \`${given}\`: give one of ${allowed.join(', ')}`);
  return given;
}

function placeOf(text: string | undefined): number | string | undefined {
  if (text === undefined || !/^[0-9]{1,16}$/.test(text)) return text;
  return Number(text);
}

function disclosedNames(text: string | undefined): ExportRequest['disclose'] {
  if (text === undefined) return null;
  if (text === 'all') return 'all';
  return text === 'none' ? [] : namesIn('--disclose', text);
}

function namesIn(option: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !DETAIL_NAMES.includes(name));
  // Left out, a misspelt name in `--withhold` would show what was to be kept back.
  if (unknown !== undefined)
    throw usageError(
      `\`${option}\` names \`${unknown}\`, which is no detail: name some of ${DETAIL_NAMES.join(', ')}`,
    );
  return names;
}

async function sizeIn(file: string, { cwd }: Terminal): Promise<number> {
  const note = await readFile(resolve(cwd, file), 'utf8').catch(() => null);
  const checkpoint = note === null ? null : parseCheckpoint(note);
  if (checkpoint === null || !checkpoint.ok)
    throw new CommandError(2, `\`--since\` is \`${file}\`: name a file that holds a checkpoint`);
  return checkpoint.value.size;
}
