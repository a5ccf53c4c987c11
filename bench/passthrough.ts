// The reference that the gateway is compared with: a bare pass-through proxy, Hono with an HTTP client pool, that decides
// and records nothing. Run as its own process: `node passthrough.ts <upstream>`.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Pool } from 'undici';

const upstream = new URL(process.argv[2] ?? '');
const pool = new Pool(upstream.origin, { connections: 64 });
const app = new Hono();
app.post('/mcp', async (c) => {
  const headers = Object.fromEntries(
    [...c.req.raw.headers].filter(([name]) => !['host', 'connection', 'content-length'].includes(name)),
  );
  const body = Buffer.from(await c.req.arrayBuffer());
  const answer = await pool.request({ path: upstream.pathname, method: 'POST', headers, body });
  const type = answer.headers['content-type'];
  return new Response(answer.body, {
    status: answer.statusCode,
    headers: { 'content-type': typeof type === 'string' ? type : 'application/json' },
  });
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}/mcp` })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
