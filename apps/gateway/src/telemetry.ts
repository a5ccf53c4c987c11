// Exports traces over OTLP when an endpoint is configured. The SDK is loaded only then: it costs memory and start-up time
// that nobody should pay for nothing. Telemetry is lossy by design and never the record (audit-log.md 3.1).
import type { Config } from './config.ts';

/** Starts the exporter; returns how to flush and stop it. */
export async function startTelemetry(telemetry: Config['telemetry']): Promise<() => Promise<void>> {
  if (telemetry === null) return async () => {};
  // The standard variables win: whoever runs a collector already knows them.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ??= telemetry.endpoint;
  process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] ??= 'http/json';
  process.env['OTEL_METRICS_EXPORTER'] ??= 'none';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: telemetry.serviceName, autoDetectResources: false });
  sdk.start();
  return () => sdk.shutdown();
}
