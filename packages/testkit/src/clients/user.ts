// Clients as published, seen from the chair of whoever uses them: one tool call, and what came of it in that client's own terms.

export type Seen =
  /** The tool's result. */
  | { readonly how: 'result'; readonly text: string }
  /** A result that says the tool failed: the model reads it. */
  | { readonly how: 'tool error'; readonly text: string }
  /** The client threw, or ended with an error: the program reads it. */
  | { readonly how: 'exception'; readonly text: string };

export type ToolArguments = Readonly<Record<string, string | number>>;

export interface UserClient {
  /** Never rejects. A client that hangs hangs. */
  call(tool: string, args: ToolArguments): Promise<Seen>;
  close(): Promise<void>;
}

/** Where a client goes, and as whom. */
export interface Endpoint {
  readonly url: string;
  readonly token: string;
  /** A folder for what the client keeps of its own: never the home of whoever runs the tests. */
  readonly home: string;
}

export type ConnectClient = (endpoint: Endpoint) => Promise<UserClient>;

interface ToolResult {
  readonly isError?: boolean;
  readonly content?: unknown;
}

/** Any SDK's tool result. One without content is an empty text, which no answer should be. */
export function seenIn(result: object): Seen {
  const { isError, content: parts } = result as ToolResult;
  const content = Array.isArray(parts) ? (parts as readonly { readonly text?: string }[]) : [];
  const text = content.map((part) => part.text ?? '').join('\n');
  return { how: isError === true ? 'tool error' : 'result', text };
}

/** What a call came to, whatever it threw. */
export async function seen(called: () => Promise<Seen>): Promise<Seen> {
  try {
    return await called();
  } catch (error) {
    return { how: 'exception', text: error instanceof Error ? error.message : String(error) };
  }
}
