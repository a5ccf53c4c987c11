// OTLP in its JSON form, one request a line, as collectors read it from files. The sink sends the same records over HTTP.
import { type AttributeValue, logRecord, type LogRecord } from './otlp-record.ts';
import { jsonLine } from './text.ts';
import type { ExportFormat } from './types.ts';

const RECORDS_PER_LINE = 100;
const SERVICE = 'countersign';

export const otlp: ExportFormat = {
  what: 'OpenTelemetry log records in OTLP/JSON, up to 100 records a line',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'otlp.jsonl',
  isSigned: false,
  async *write(entries, context) {
    let records: object[] = [];
    for await (const entry of entries) {
      records.push(jsonRecord(await logRecord(entry, context), context.exportedAt));
      if (records.length < RECORDS_PER_LINE) continue;
      yield requestLine(records, context.version);
      records = [];
    }
    if (records.length > 0) yield requestLine(records, context.version);
  },
};

function requestLine(logRecords: readonly object[], version: string): string {
  const attributes = jsonAttributes({ 'service.name': SERVICE, 'service.version': version });
  const scopeLogs = [{ scope: { name: SERVICE, version }, logRecords }];
  return `${jsonLine({ resourceLogs: [{ resource: { attributes }, scopeLogs }] })}\n`;
}

function jsonRecord(
  { timeUs, severityNumber, severityText, eventName, ...record }: LogRecord,
  observedMs: number,
) {
  return {
    // Nanoseconds exceed what a JSON number holds: OTLP/JSON has 64-bit integers as text.
    timeUnixNano: `${timeUs}000`,
    observedTimeUnixNano: `${observedMs}000000`,
    severityNumber,
    severityText,
    eventName,
    body: { stringValue: record.body },
    attributes: jsonAttributes(record.attributes),
    ...(record.trace === null ? {} : { traceId: record.trace.traceId, spanId: record.trace.spanId }),
  };
}

function jsonAttributes(attributes: Readonly<Record<string, AttributeValue>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
}
