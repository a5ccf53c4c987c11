// Resources of the fixture: a text, a picture, a template, and one that can be watched while it changes.
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';

import { PICTURE } from './samples.ts';

export const WATCHED = 'test://watched-resource';

/** Sessions of the 2025 revisions and what each watches. In 2026-07-28 the SDK keeps this itself. */
const watching = new Map<McpServer, Set<string>>();
let version = 1;

export function registerResources(server: McpServer): void {
  server.registerResource(
    'static-text',
    'test://static-text',
    { description: 'A text', mimeType: 'text/plain' },
    ({ href }) => ({
      contents: [
        { uri: href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
      ],
    }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'A picture', mimeType: 'image/png' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'image/png', blob: PICTURE }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id', mimeType: 'application/json' },
    ({ href }, { id }) => ({
      contents: [
        {
          uri: href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
  server.registerResource(
    'watched-resource',
    WATCHED,
    { description: 'A text that changes', mimeType: 'text/plain' },
    ({ href }) => ({ contents: [{ uri: href, mimeType: 'text/plain', text: `Version ${version}` }] }),
  );
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    const watched = watching.get(server) ?? new Set();
    watching.set(server, watched.add(params.uri));
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watching.get(server)?.delete(params.uri);
    return {};
  });
}

/** Writes the watched resource anew and tells the sessions that watch it. */
export async function changeWatched(): Promise<void> {
  version += 1;
  for (const [server, uris] of watching) {
    if (!server.isConnected()) watching.delete(server);
    else if (uris.has(WATCHED)) await server.server.sendResourceUpdated({ uri: WATCHED });
  }
}
