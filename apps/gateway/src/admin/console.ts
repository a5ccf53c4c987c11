// Serves the built console. File names under `assets/` carry a hash of their content and never change; everything else
// is asked for again. Its paths are the page's own business: what is no file is the page itself, which then
// shows what the address says.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

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
  app.use('*', async (c, next) => {
    await next();
    const isHashed = c.res.ok && c.req.path.startsWith('/assets/');
    c.res.headers.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
  // Looked for on each request: the console may be built while the gateway runs.
  app.use('*', async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    return reads && !existsSync(page) ? c.html(NOT_BUILT, 503) : next();
  });
  // WHY not `root`: the library complains on every start when the folder is not there.
  app.use('*', serveStatic({ rewriteRequestPath: (path) => join(dir, path), precompressed: true }));
  // A missing asset is missing; any other path belongs to the page.
  app.get('*', (c, next) =>
    c.req.path.startsWith('/assets/') ? next() : serveStatic({ path: page, precompressed: true })(c, next),
  );
  return app;
}
