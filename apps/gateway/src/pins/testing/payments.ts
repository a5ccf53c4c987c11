// The server whose definitions tests pin.
import { mcpServer } from '../../registry/testing-server.ts';

export const payments = mcpServer();
