// Tools of the fixture that answer at once, one for each kind of content, and one that fails.
import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

import { PICTURE, SOUND } from './samples.ts';

const picture = { type: 'image', data: PICTURE, mimeType: 'image/png' } as const;

const tools: Readonly<
  Record<string, { readonly says: string; readonly content: CallToolResult['content'] }>
> = {
  test_simple_text: {
    says: 'Answers with a text',
    content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
  },
  test_image_content: { says: 'Answers with a picture', content: [picture] },
  test_audio_content: {
    says: 'Answers with a sound',
    content: [{ type: 'audio', data: SOUND, mimeType: 'audio/wav' }],
  },
  test_embedded_resource: {
    says: 'Answers with a resource that stands in the answer',
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  },
  test_multiple_content_types: {
    says: 'Answers with a text, a picture and a resource',
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      picture,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  },
};

export function registerContent(server: McpServer): void {
  for (const [name, { says, content }] of Object.entries(tools)) {
    server.registerTool(name, { description: says }, () => ({ content: [...content] }));
  }
  server.registerTool('test_error_handling', { description: 'Always fails' }, () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
}
