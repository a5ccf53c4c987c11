// A server whose tools answer with tasks as the extension of 2026-07-28 has them; it speaks no older revision. `GET /arrived`
// tells tests what reached it.
import { numberOption } from '../args.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { serveJson } from './tasks-http.ts';
import { answerModern, arrived } from './tasks-modern.ts';

dieWithParent();
const url = await serveJson(numberOption('port', 'PORT', 0), async (request, response, message) => {
  if (request.url === '/arrived') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(arrived));
    return;
  }
  const reply = answerModern(request, message ?? {});
  response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
});
announceReady({ url: `${url}/mcp` });
