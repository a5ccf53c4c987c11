// Tools of the fixture that change it while it runs, so that there is something to notify about: a tool and a prompt that come
// and go, and the resource that can be watched. What they change holds for every client.
import type { McpServer } from '@modelcontextprotocol/server';

import type { Serving } from '../servers/serve.ts';
import { changeWatched, WATCHED } from './fixture-resources.ts';

let hasTool = false;
let hasPrompt = false;

const done = (text: string) => ({ content: [{ type: 'text' as const, text }] });

/** @param serving what tells the clients; not there before the first of them can connect. */
export function registerChanges(server: McpServer, serving: () => Serving | undefined): void {
  server.registerTool(
    'test_trigger_tool_change',
    { description: 'Adds a tool, or takes it away again, and tells the clients' },
    () => {
      hasTool = !hasTool;
      serving()?.toolsChanged();
      return done(`The tool is ${hasTool ? 'there' : 'gone'}.`);
    },
  );
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Adds a prompt, or takes it away again, and tells the clients' },
    () => {
      hasPrompt = !hasPrompt;
      serving()?.promptsChanged();
      return done(`The prompt is ${hasPrompt ? 'there' : 'gone'}.`);
    },
  );
  server.registerTool(
    'test_trigger_resource_update',
    { description: 'Changes the resource that can be watched, and tells those who watch it' },
    async () => {
      await changeWatched();
      serving()?.resourceUpdated(WATCHED);
      return done('The resource is another now.');
    },
  );
  if (hasTool) {
    server.registerTool('test_extra_tool', { description: 'Comes and goes' }, () => done('Still here.'));
  }
  if (hasPrompt) {
    server.registerPrompt('test_extra_prompt', { description: 'Comes and goes' }, () => ({
      messages: [{ role: 'user', content: { type: 'text', text: 'Still here.' } }],
    }));
  }
}
