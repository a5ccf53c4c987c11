// One span per call, with its decision: authorization and what it authorized in one trace (T4, T5). Names follow the MCP
// conventions of OpenTelemetry; ours are under `countersign.`. Without an exporter this is the API's no-op.
import { context, type Span, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { DecidedCall, InboundCall } from './types.ts';

const tracer = trace.getTracer('countersign');

export interface CallTrace {
  decided(call: DecidedCall): void;
  /** Ends the span. @param status HTTP status of the answer. */
  answered(status: number): void;
}

export function traceCall(call: InboundCall): CallTrace {
  const span = tracer.startSpan(
    spanName(call),
    { kind: SpanKind.SERVER, attributes: attributesOf(call) },
    // A caller's trace context is a claim: good enough to correlate by, never to decide by.
    call.trace === null ? undefined : trace.setSpanContext(context.active(), remoteParent(call.trace)),
  );
  return {
    decided: (decided) => describeDecision(span, decided),
    answered(status) {
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

function remoteParent({ traceId, parentSpanId }: NonNullable<InboundCall['trace']>) {
  return { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

function spanName({ operation, target }: InboundCall): string {
  const method = operation.slice(operation.indexOf(':') + 1);
  return 'name' in target ? `${method} ${target.name}` : method;
}

function attributesOf({ id, operation, protocol, revision, target, upstream }: InboundCall) {
  const method = operation.slice(operation.indexOf(':') + 1);
  return {
    'countersign.call.id': id,
    'countersign.upstream': upstream.name,
    ...(protocol === 'mcp'
      ? { 'mcp.method.name': method, 'mcp.protocol.version': revision }
      : { 'a2a.method.name': method, 'a2a.protocol.version': revision }),
    ...(target.kind === 'tool'
      ? { 'gen_ai.tool.name': target.name, 'gen_ai.operation.name': 'execute_tool' }
      : {}),
  };
}

function describeDecision(span: Span, { caller, link, verdict }: DecidedCall): void {
  span.setAttributes({
    'gen_ai.agent.name': caller.agent?.name ?? 'unregistered',
    'countersign.chain.id': link.chain,
    'countersign.decision': verdict.outcome,
    'countersign.reason': verdict.reason,
    'countersign.policies': verdict.decision?.determining.map(({ id }) => id) ?? [],
  });
}
