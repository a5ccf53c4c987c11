// ArcSight Common Event Format, version 0: the line that SIEMs read (audit-log.md 3.1). Pipes end header fields, equals
// signs begin extension values and newlines end the event, so each is escaped exactly where it means something.
import { type Facts, factsOf } from './facts.ts';
import { type Severity, severityOf } from './severity.ts';
import { milliseconds, oneLine, shortened } from './text.ts';
import type { ExportContext, ExportedEntry, ExportFormat } from './types.ts';

/** What most receivers keep of one value; the rest would be lost there without a word. */
const MAX_VALUE = 1023;

const SEVERITY = { info: 2, low: 4, medium: 6, high: 9 } as const satisfies Record<Severity, number>;

type Value = string | number | null;

/** Extension keys, in order, with where each comes from. Empty ones are left out. */
const EXTENSION = {
  rt: ({ header }) => milliseconds(header.time),
  externalId: ({ index }) => index,
  cat: ({ header }) => header.kind,
  act: (_, { decision }) => decision,
  outcome: (_, { outcome }) => outcome,
  reason: (_, { reason }) => reason,
  suid: (_, { agent }) => agent.id,
  suser: (_, { agent }) => agent.name,
  duid: (_, { person }) => person.id,
  duser: (_, { person, subject }) => person.name ?? subject,
  app: (_, { protocol }) => protocol,
  requestMethod: (_, { operation }) => operation,
  deviceExternalId: ({ header }) => header.node,
  destinationServiceName: (_, { upstream }) => upstream.name ?? upstream.id,
  cs1Label: (entry) => labelled('chainId', chainOf(entry)),
  cs1: chainOf,
  cs2Label: () => 'leafHash',
  cs2: ({ leaf }) => leaf,
  cs3Label: (_, { policies }) => labelled('policies', policies.join(' ')),
  cs3: (_, { policies }) => policies.join(' '),
  cs4Label: (_, { approval }) => labelled('approvalId', approval),
  cs4: (_, { approval }) => approval,
  cs5Label: ({ header }) => labelled('callId', header.call),
  cs5: ({ header }) => header.call,
  cs6Label: (_, { resource }) => labelled('resource', resource),
  cs6: (_, { resource }) => resource,
  cn1Label: () => 'logIndex',
  cn1: ({ index }) => index,
  cn2Label: (_, { durationUs }) => labelled('durationUs', durationUs),
  cn2: (_, { durationUs }) => durationUs,
  cn3Label: (_, { httpStatus }) => labelled('httpStatus', httpStatus),
  cn3: (_, { httpStatus }) => httpStatus,
  flexNumber1Label: (_, { firstByteUs }) => labelled('firstByteUs', firstByteUs),
  flexNumber1: (_, { firstByteUs }) => firstByteUs,
  msg: (_, { sentence }) => sentence,
} as const satisfies Readonly<Record<string, (entry: ExportedEntry, facts: Facts) => Value>>;

export const CEF_KEYS: readonly string[] = Object.keys(EXTENSION);

export const cef: ExportFormat = {
  what: 'Common Event Format, one event a line, as a SIEM reads it from a file; a sink sends the same over syslog',
  mediaType: 'text/plain; charset=utf-8',
  extension: 'cef',
  isSigned: false,
  async *write(entries, context) {
    for await (const entry of entries) yield `${await cefLine(entry, context)}\n`;
  },
};

export async function cefLine(
  entry: ExportedEntry,
  context: Pick<ExportContext, 'headerAt' | 'version'>,
): Promise<string> {
  const facts = await factsOf(entry, context);
  const { header } = entry;
  const word = facts.decision ?? facts.outcome;
  const fields = [
    'CEF:0',
    'Countersign',
    'Countersign',
    context.version,
    word === null ? header.kind : `${header.kind}.${word}`,
    nameOf(facts, header.kind, word),
    String(SEVERITY[severityOf(header)]),
  ];
  const extension = Object.entries(EXTENSION).flatMap(([key, read]) => {
    const value: Value = read(entry, facts);
    return value === null || value === '' ? [] : `${key}=${extensionValue(String(value))}`;
  });
  return `${fields.map(headerField).join('|')}|${extension.join(' ')}`;
}

function chainOf({ header }: ExportedEntry): Value {
  return header.chain?.id ?? null;
}

function labelled(label: string, value: Value): Value {
  return value === null || value === '' ? null : label;
}

function nameOf({ operation }: Facts, kind: string, word: string | null): string {
  const said = word === null ? kind : `${kind} ${word}`;
  return operation === null ? said : `${said}: ${operation}`;
}

/** Backslash and pipe are escaped; a header field has no way to say newline. */
function headerField(text: string): string {
  return oneLine(shortened(text, MAX_VALUE)).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

/** Backslash and equals sign are escaped, newlines are `\n` and `\r`; other controls are spelled out. */
function extensionValue(text: string): string {
  return shortened(text, MAX_VALUE)
    .split(/(\r|\n)/)
    .map((part) => {
      if (part === '\n') return '\\n';
      if (part === '\r') return '\\r';
      return oneLine(part).replaceAll('\\', '\\\\').replaceAll('=', '\\=');
    })
    .join('');
}
