// Shapes of tool results that all example servers share.
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';

/** A structured result and its textual twin. */
export function structured(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value };
}

/** A failure that the model may read. */
export function toolError(message: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: message }] };
}

/** The opaque handle of the gateway's call, if it sent one: lets a test match an effect with its decision. */
export function callHandle(context: ServerContext): string | null {
  return context.http?.req?.headers.get('countersign-call') ?? null;
}
