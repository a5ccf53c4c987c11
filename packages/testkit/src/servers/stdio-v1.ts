// A server on its standard streams, on the official SDK 1.x.
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

import { v1Server } from './sdk-v1-tools.ts';

await v1Server().connect(new StdioServerTransport());
