// `/metrics` in the Prometheus text format (version 0.0.4): figures for those who watch the gateway from outside. They
// count and name what is configured; nothing of any call is in them.
import { Hono } from 'hono';

export interface Gauge {
  /** `countersign_…`, with its unit at the end. */
  readonly name: string;
  readonly help: string;
  /** Default: gauge. */
  readonly type?: 'gauge' | 'counter';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function metricsApp(gauges: () => readonly Gauge[]): Hono {
  return new Hono().get('/', (c) =>
    c.text(gauges().map(textOf).join(''), 200, { 'Content-Type': MEDIA_TYPE }),
  );
}

export function textOf({ name, help, type = 'gauge', samples }: Gauge): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
