// Tools of the fixture whose input schemas are the point: one with what JSON Schema 2020-12 can say and proxies like to drop,
// one whose parameter is mirrored into a header.
import { fromJsonSchema, type JsonSchemaType, type McpServer } from '@modelcontextprotocol/server';

const done = (input: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(input) }] });

/** The annotation is of MCP 2026-07-28, and no keyword that the type of a schema knows. */
const mirrored: JsonSchemaType & { readonly 'x-mcp-header': string } = {
  type: 'string',
  'x-mcp-header': 'Region',
};

export function registerSchemas(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Tool with JSON Schema 2020-12 features',
      inputSchema: fromJsonSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // A keyword of JSON Schema; nobody awaits this object.
        // oxlint-disable-next-line unicorn/no-thenable
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      }),
    },
    done,
  );
  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Answers with its arguments; the region stands in a header, too',
      inputSchema: fromJsonSchema({
        type: 'object',
        properties: { region: mirrored, query: { type: 'string' } },
        required: ['region'],
      }),
    },
    done,
  );
}
