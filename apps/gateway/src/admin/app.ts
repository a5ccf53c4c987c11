// The admin plane as one Hono app: API, OpenAPI document, health, console. Everything under /api/v1 is closed unless it
// stands above the line that authenticates (DESIGN section 10).
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { consoleApp } from './console.ts';
import type { AdminDeps } from './deps.ts';
import { securityHeaders } from './headers.ts';
import { healthApp } from './health.ts';
import { logTilesApp } from './log-tiles.ts';
import { metricsApp } from './metrics.ts';
import { onlyKnownHosts } from './origin.ts';
import { type AdminEnv, authenticate } from './principal.ts';
import { errorHandler, Refusal, refuseInvalid } from './refusal.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { callCountRoutes } from './routes/call-counts.ts';
import { callProofRoutes } from './routes/call-proofs.ts';
import { callTallyRoutes } from './routes/call-tallies.ts';
import { callRoutes } from './routes/calls.ts';
import { chainRoutes } from './routes/chains.ts';
import { changeRoutes } from './routes/changes.ts';
import { comparisonRoutes } from './routes/comparison.ts';
import { exportRoutes } from './routes/exports.ts';
import { erasureListRoutes, retentionRoutes } from './routes/erasure-list.ts';
import { erasureRoutes, holdRoutes } from './routes/privacy.ts';
import { exposureRoutes } from './routes/exposures.ts';
import { graphRoutes } from './routes/graph.ts';
import { inventoryRoutes } from './routes/inventory.ts';
import { logRoutes, publicLogRoutes } from './routes/log.ts';
import { logExportRoutes } from './routes/log-exports.ts';
import { logProofRoutes } from './routes/log-proofs.ts';
import { logKeyRoutes } from './routes/log-keys.ts';
import { logEntryRoutes } from './routes/log-entries.ts';
import { overviewRoutes } from './routes/overview.ts';
import { permissionRoutes } from './routes/permissions.ts';
import { stopRoutes } from './routes/stop.ts';
import { policyRoutes } from './routes/policies.ts';
import { rehearsalRoutes } from './routes/rehearsal.ts';
import { registryRoutes } from './routes/registry.ts';
import { oidcRoutes } from './routes/session-oidc.ts';
import { sessionListRoutes } from './routes/session-list.ts';
import { sessionOpeningRoute, sessionRoutes } from './routes/session.ts';
import { settingsRoutes } from './routes/settings.ts';
import { shadowRoutes } from './routes/shadow.ts';
import { sinkRoutes } from './routes/sinks.ts';
import { textSearchRoutes } from './routes/text-search.ts';
import { viewRoutes } from './routes/views.ts';
import { tokenListRoutes } from './routes/tokens-list.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { definitionRoutes } from './routes/definitions.ts';
import { createSessions, type Sessions } from './sessions.ts';

const MAX_BODY_BYTES = 5 * 1024 * 1024;

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Countersign admin API', version: '1' },
  servers: [{ url: '/api/v1' }],
  security: [{ bearer: [] }, { session: [] }],
};

export function createAdminApp(deps: AdminDeps): OpenAPIHono {
  const sessions = createSessions(deps.settings.sessions);
  const app = new OpenAPIHono();
  app.onError(errorHandler(deps.report));
  app.use('*', securityHeaders(), onlyKnownHosts(deps.settings.hosts));
  app.use('/api/*', noStore, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.route('/api/v1', adminApi(deps, sessions));
  app.route('/health', healthApp(deps));
  app.route('/metrics', metricsApp(deps.gauges));
  app.all('/api/*', (c) => {
    throw new Refusal(
      404,
      'not_found',
      `\`${c.req.method} ${c.req.path}\` is not part of this API; see /api/v1/openapi.json`,
    );
  });
  app.use('/log/*', noStore);
  app.route('/', logTilesApp(deps, sessions));
  app.route('/', consoleApp(deps.settings.consoleDir));
  app.notFound((c) =>
    c.json({ error: { code: 'not_found', message: `nothing is at \`${c.req.path}\`` } }, 404),
  );
  return app;
}

/** The API itself; its type is what the typed client is made from. */
export function adminApi(deps: AdminDeps, sessions: Sessions) {
  const open = new OpenAPIHono<AdminEnv>({ defaultHook: refuseInvalid });
  open.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  open.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-countersign_session',
  });
  const api = open
    .route('/', publicLogRoutes(deps))
    .route('/', logKeyRoutes(deps))
    .route('/session', sessionOpeningRoute(deps, sessions))
    .route('/session', oidcRoutes(deps, sessions));
  api.get('/openapi.json', (c) => c.json(api.getOpenAPI31Document(DOCUMENT)));
  // Everything below this line needs a token or a session.
  api.use('*', authenticate(deps, sessions));
  return api
    .route('/session', sessionRoutes(deps, sessions))
    .route('/overview', overviewRoutes(deps))
    .route('/calls', callCountRoutes(deps))
    .route('/calls', callTallyRoutes(deps))
    .route('/calls', callProofRoutes(deps))
    .route('/calls', callRoutes(deps))
    .route('/calls', textSearchRoutes(deps))
    .route('/chains', chainRoutes(deps))
    .route('/policies', policyRoutes(deps))
    .route('/policies', comparisonRoutes(deps))
    .route('/policies', rehearsalRoutes(deps))
    .route('/policies', shadowRoutes(deps))
    .route('/approvals', approvalRoutes(deps))
    .route('/changes', changeRoutes(deps))
    .route('/exposures', exposureRoutes(deps))
    .route('/erasures', erasureRoutes(deps))
    .route('/erasures', erasureListRoutes(deps))
    .route('/retention', retentionRoutes(deps))
    .route('/holds', holdRoutes(deps))
    .route('/settings', settingsRoutes(deps))
    .route('/sinks', sinkRoutes(deps))
    .route('/users', tokenRoutes(deps))
    .route('/tokens', tokenListRoutes(deps))
    .route('/sessions', sessionListRoutes(deps, sessions))
    .route('/upstreams', definitionRoutes(deps))
    .route('/inventory', inventoryRoutes(deps))
    .route('/graph', graphRoutes(deps))
    .route('/views', viewRoutes(deps))
    .route('/agents', permissionRoutes(deps))
    .route('/agents', stopRoutes(deps))
    .route('/', exportRoutes(deps))
    .route('/', logExportRoutes(deps))
    .route('/', registryRoutes(deps))
    .route('/', logRoutes(deps))
    .route('/', logEntryRoutes(deps))
    .route('/', logProofRoutes(deps));
}

const noStore: Parameters<OpenAPIHono['use']>[1] = async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
};

function tooLarge(): never {
  throw new Refusal(413, 'request_too_large', `the body is larger than ${MAX_BODY_BYTES} bytes`);
}
