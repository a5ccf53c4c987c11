// Authorization and what it authorized in one trace (T4, T5), at a collector that speaks OTLP.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { callModern } from './modern-call.ts';
import { startWorld } from './world.ts';

interface Exported {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly attributes: readonly {
          readonly key: string;
          readonly value: { readonly stringValue?: string };
        }[];
      }[];
    }[];
  }[];
}

test('a call is one span with its decision, in the trace that its caller named', async () => {
  const received: Exported[] = [];
  const collector = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === '/v1/traces') received.push(JSON.parse(body.toString()) as Exported);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const world = await startWorld({ config: { telemetry: { endpoint } } });
  try {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const url = `${world.gateway.data}/mcp/fixture`;
    const token = await world.token('worker', '/mcp/fixture');
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
    await (await callModern({ url, token, tool: 'echo', args: { text: 'x' }, headers })).text();
    // Stopping flushes what is batched.
    await world.gateway.stop();
    const spans = received
      .flatMap((sent) => sent.resourceSpans)
      .flatMap((r) => r.scopeSpans)
      .flatMap((s) => s.spans);
    const span = spans.find(({ name }) => name === 'tools/call echo');
    expect(span?.traceId).toBe(traceId);
    const attributes = Object.fromEntries(
      span?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? [],
    );
    expect(attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'echo',
      'gen_ai.agent.name': 'worker',
      'countersign.decision': 'allow',
    });
  } finally {
    await world.close();
    collector.close();
  }
});
