// A server whose tools are run as tasks of 2025-11-25, on the official SDK; it speaks no newer revision.
import { numberOption } from '../args.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { serveJson } from './tasks-http.ts';
import { legacyHandler } from './tasks-legacy.ts';

dieWithParent();
const url = await serveJson(numberOption('port', 'PORT', 0), legacyHandler());
announceReady({ url: `${url}/mcp` });
