// Opens the ways to the configured receivers. A token or an authority that is named and not there stops the start: a sink
// that could never deliver would be found out much too late.
import { readFile } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { fileDelivery } from '../sinks/file.ts';
import { otlpDelivery } from '../sinks/otlp.ts';
import { type Sinks, type SinksDeps, startSinks } from '../sinks/sinks.ts';
import { syslogDelivery } from '../sinks/syslog.ts';
import type { Delivery, DeliveryContext, SinkConfig } from '../sinks/types.ts';
import { webhookDelivery } from '../sinks/webhook.ts';
import { StartError } from './problem.ts';

interface Secrets {
  readonly token: string | null;
  readonly ca: string | null;
}

/** Throws a StartError for what is named in the configuration and not there. */
export async function openSinks(config: Config, deps: Omit<SinksDeps, 'deliver'>): Promise<Sinks> {
  const secrets = new Map<string, Secrets>();
  for (const sink of config.sinks) secrets.set(sink.name, await secretsOf(sink));
  return startSinks(config.sinks, {
    ...deps,
    deliver: (sink, context) =>
      deliveryOf(sink, secrets.get(sink.name) ?? { token: null, ca: null }, context),
  });
}

function deliveryOf(sink: SinkConfig, { token, ca }: Secrets, context: DeliveryContext): Delivery {
  switch (sink.kind) {
    case 'syslog-cef':
      return syslogDelivery({ ...sink, ca }, context);
    case 'otlp':
      return otlpDelivery({ url: sink.url, token, ca }, context);
    case 'webhook-jsonl':
      return webhookDelivery({ url: sink.url, token, ca }, context);
    case 'file-jsonl':
      return fileDelivery(sink);
  }
}

async function secretsOf(sink: SinkConfig): Promise<Secrets> {
  const caFile = 'ca' in sink ? sink.ca : null;
  const variable = 'tokenEnv' in sink ? sink.tokenEnv : null;
  return {
    ca: caFile === null ? null : await authority(sink.name, caFile),
    token: variable === null ? null : tokenIn(sink.name, variable),
  };
}

async function authority(name: string, file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch(() => null);
  if (pem === null || !pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new StartError(`sink \`${name}\`: \`${file}\` holds no certificate in PEM form: correct \`ca\``);
  }
  return pem;
}

function tokenIn(name: string, variable: string): string {
  const token = process.env[variable] ?? '';
  if (token === '') {
    throw new StartError(
      `sink \`${name}\`: the environment variable \`${variable}\` is not set: set it, or remove \`tokenEnv\``,
    );
  }
  return token;
}
