// Serves the built console. Its paths are the page's own business: what is no file is the page itself, which then
// shows what the address says.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** File names under `assets/` carry a hash of their content: they never change. Everything else is asked for again. */
const IMMUTABLE = /\/assets\/[^/]+$/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Countersign</title>
<h1>The console is not built</h1>
<p>Run <code>npm run build --workspace apps/console</code> and reload. The API under <code>/api/v1</code> and the
command line work without it.</p>
</html>
`;

export function consoleApp(dir: string): Hono {
  const app = new Hono();
  const page = join(dir, 'index.html');
  const cache = (path: string): string =>
    IMMUTABLE.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
  // Looked for on each request: the console may be built while the gateway runs.
  app.use('*', async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    if (existsSync(page)) return next();
    return c.html(NOT_BUILT, 503, { 'Cache-Control': 'no-store' });
  });
  app.use('*', serveStatic({ root: dir, onFound: (path, c) => c.header('Cache-Control', cache(path)) }));
  // A missing asset is missing; any other path belongs to the page.
  app.get('*', async (c, next) => {
    if (c.req.path.startsWith('/assets/')) return next();
    return serveStatic({
      path: page,
      onFound: (path, context) => context.header('Cache-Control', cache(path)),
    })(c, next);
  });
  return app;
}
