// The gateway's own version, as upstreams, the log and `countersign version` are told it.
import { createRequire } from 'node:module';

export const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version;
