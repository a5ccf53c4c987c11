// Syslog messages (RFC 5424) and their frames on a stream: octet counting (RFC 6587 section 3.4.1, RFC 5425 section 4.3),
// since a frame that is ended by a newline could be ended by a value.
import { severityOf, type Severity } from './severity.ts';
import { oneLine } from './text.ts';
import type { ExportedEntry } from './types.ts';

/** `log audit` (RFC 5424 section 6.2.1). */
const FACILITY = 13;
const SEVERITY = { info: 6, low: 5, medium: 4, high: 1 } as const satisfies Record<Severity, number>;

/** The message of one entry. `text` is made one line; `origin` of the log names the host part. */
export function syslogMessage(entry: ExportedEntry, origin: string, text: string): string {
  const { header } = entry;
  const priority = FACILITY * 8 + SEVERITY[severityOf(header)];
  const fields = [
    `<${priority}>1`,
    timestamp(header.time),
    printable(origin.split('/')[0] ?? '', 255),
    'countersign',
    printable(header.node, 128),
    printable(header.kind, 32),
    '-',
  ];
  return `${fields.join(' ')} ${oneLine(text)}`;
}

/** Length in octets, a space, the message. */
export function octetCounted(message: string): Uint8Array {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'ascii'), bytes]);
}

/** RFC 3339 in UTC with microseconds: all the digits that RFC 5424 section 6.2.3 allows. */
function timestamp(us: number): string {
  const second = new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(us % 1_000_000).padStart(6, '0')}Z`;
}

/** PRINTUSASCII without blanks; `-` for nothing. */
function printable(text: string, longest: number): string {
  const kept = text.replaceAll(/[^\x21-\x7E]/g, '').slice(0, longest);
  return kept === '' ? '-' : kept;
}
