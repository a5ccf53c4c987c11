// The `sinks` of a configuration: receivers that are sent every entry. What leaves the gateway is named here and nowhere
// else, so an unknown detail or kind is refused rather than left out.
import { ENTRY_KINDS, type EntryKind } from '@countersign/audit';
import { z } from 'zod';
import { DETAIL_NAMES } from '../exports/detail-names.ts';
import type { SinkConfig } from '../sinks/types.ts';
import { closed, httpUrl, integer, isLoopbackHost, list, matching, oneOf, set, text } from './fields.ts';

const KINDS = Object.keys(ENTRY_KINDS) as [EntryKind, ...EntryKind[]];

const path = (what: string) => text(4096, `the path of a ${what}`);

const common = () => ({
  name: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name of up to 63 lower-case letters, digits and `-`'),
  entries: closed({
    kinds: set(oneOf(...KINDS)).optional(),
    decisions: set(oneOf('allow', 'deny', 'hold')).optional(),
  }).prefault({}),
  details: set(oneOf(...DETAIL_NAMES)).default([]),
  from: oneOf('beginning', 'now').default('beginning'),
});

const secureUrl = () =>
  httpUrl().refine(
    (value) => {
      const url = URL.parse(value);
      return url === null || url.protocol === 'https:' || isLoopbackHost(url.hostname);
    },
    { error: 'must be an https URL unless it is on this machine: entries are not for the network to read' },
  );

const http = <const Kind extends 'otlp' | 'webhook-jsonl'>(kind: Kind) =>
  closed({
    ...common(),
    kind: z.literal(kind),
    url: secureUrl(),
    tokenEnv: matching(/^[A-Z_][A-Z0-9_]{0,127}$/, 'the name of an environment variable').optional(),
    ca: path('PEM file').optional(),
  });

const sink = () =>
  z.discriminatedUnion(
    'kind',
    [
      closed({
        ...common(),
        kind: z.literal('syslog-cef'),
        host: matching(/^[a-z0-9.:-]{1,253}$/i, 'a host name or an IP address'),
        port: integer(1, 65_535).optional(),
        transport: oneOf('tls', 'tcp').default('tls'),
        ca: path('PEM file').optional(),
        acknowledge: oneOf('close', 'none').default('close'),
      }),
      http('otlp'),
      http('webhook-jsonl'),
      closed({ ...common(), kind: z.literal('file-jsonl'), path: path('file') }),
    ],
    { error: 'must be a map whose `kind` is one of `syslog-cef`, `otlp`, `webhook-jsonl`, `file-jsonl`' },
  );

export const sinks = () =>
  list(sink(), 20).refine((items) => new Set(items.map(({ name }) => name)).size === items.length, {
    error: 'must not use one name twice: a name is what a position is kept under',
  });

/** Port 6514 is syslog over TLS (RFC 5425), 601 over TCP (RFC 3195's, by custom). */
const PORTS = { tls: 6514, tcp: 601 } as const;

export function sinkConfigs(
  parsed: z.infer<ReturnType<typeof sinks>>,
  inFile: (value: string) => string,
): readonly SinkConfig[] {
  return parsed.map((written): SinkConfig => {
    const { name, details, from, entries } = written;
    const base = {
      name,
      details,
      from,
      entries: { kinds: entries.kinds ?? null, decisions: entries.decisions ?? null },
    };
    const ca = 'ca' in written && written.ca !== undefined ? inFile(written.ca) : null;
    switch (written.kind) {
      case 'syslog-cef': {
        const { kind, host, transport, acknowledge } = written;
        return { ...base, kind, host, port: written.port ?? PORTS[transport], transport, acknowledge, ca };
      }
      case 'otlp':
      case 'webhook-jsonl':
        return { ...base, kind: written.kind, url: written.url, tokenEnv: written.tokenEnv ?? null, ca };
      case 'file-jsonl':
        return { ...base, kind: written.kind, path: inFile(written.path) };
    }
  });
}
