// Sends entries as OpenTelemetry log records over OTLP/HTTP. The exporter is loaded with the first batch: nobody pays for
// it who sends nothing. Unlike telemetry in general this loses nothing, since a batch that was not taken is read again.
import { TraceFlags } from '@opentelemetry/api';
import type { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { logRecord, type LogRecord } from '../exports/otlp-record.ts';
import type { Delivery, DeliveryContext } from './types.ts';
import type { HttpTarget } from './webhook.ts';

const TIMEOUT_MS = 10_000;

export function otlpDelivery({ url, token, ca }: HttpTarget, context: DeliveryContext): Delivery {
  let exporter: OTLPLogExporter | null = null;
  const scope = { name: 'countersign', version: context.version };
  const resource = resourceOf(context.version);
  return {
    async send(entries) {
      exporter ??= await openExporter();
      const records = await Promise.all(entries.map((entry) => logRecord(entry, context)));
      const observed = hrTime(Date.now() * 1000);
      await exported(
        exporter,
        records.map((record) => readable(record, observed, scope, resource)),
      );
    },
    close: async () => exporter?.shutdown(),
  };

  async function openExporter(): Promise<OTLPLogExporter> {
    const { OTLPLogExporter: Exporter } = await import('@opentelemetry/exporter-logs-otlp-http');
    return new Exporter({
      url,
      timeoutMillis: TIMEOUT_MS,
      ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
      ...(ca === null ? {} : { httpAgentOptions: { ca } }),
    });
  }
}

/** `ExportResultCode.SUCCESS`, which would load the SDK's core with this file. */
const SUCCESS = 0;

function exported(exporter: OTLPLogExporter, records: ReadableLogRecord[]): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(records, ({ code, error }) => {
      if ((code as number) === SUCCESS) resolve();
      else reject(error ?? new Error('the collector did not take the records'));
    });
  });
}

function readable(
  { timeUs, severityNumber, severityText, body, eventName, attributes, trace }: LogRecord,
  hrTimeObserved: [number, number],
  instrumentationScope: ReadableLogRecord['instrumentationScope'],
  resource: ReadableLogRecord['resource'],
): ReadableLogRecord {
  return {
    hrTime: hrTime(timeUs),
    hrTimeObserved,
    severityNumber,
    severityText,
    body,
    eventName,
    attributes,
    droppedAttributesCount: 0,
    resource,
    instrumentationScope,
    ...(trace === null ? {} : { spanContext: { ...trace, traceFlags: TraceFlags.NONE, isRemote: true } }),
  };
}

/** Seconds and nanoseconds. */
function hrTime(us: number): [number, number] {
  return [Math.floor(us / 1_000_000), (us % 1_000_000) * 1000];
}

function resourceOf(version: string): ReadableLogRecord['resource'] {
  const attributes = { 'service.name': 'countersign', 'service.version': version };
  const resource: ReadableLogRecord['resource'] = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}
