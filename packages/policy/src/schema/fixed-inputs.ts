// The types of `context.input` for what is no tool and yet says something that policies should see: what a server asks of
// its client, what the client answers, and where push notifications go (DESIGN section 6). The gateway sums those messages up; nothing here is typed by
// a server.

import type { InputRecord, InputType } from './types.ts';

const STRING: InputType = { kind: 'string' };
const LONG: InputType = { kind: 'long' };
const BOOLEAN: InputType = { kind: 'boolean' };
const STRINGS: InputType = { kind: 'set', element: STRING };

const NO_ATTRIBUTES: InputRecord = { kind: 'record', attributes: new Map() };

/** Members whose name ends in `?` may be absent. */
function recordOf(members: Readonly<Record<string, InputType>>): InputRecord {
  const attributes = Object.entries(members).map(([name, type]) => {
    const isOptional = name.endsWith('?');
    return [isOptional ? name.slice(0, -1) : name, { type, required: !isOptional }] as const;
  });
  return { kind: 'record', attributes: new Map(attributes) };
}

/** A client may answer with an error, which has words too. */
const ANSWER = { isError: BOOLEAN, 'errorCode?': LONG, textLength: LONG };

/** A message is the same to a policy in whatever version of A2A, and over whatever binding, it was sent. */
const MESSAGE = recordOf({
  role: STRING,
  parts: STRINGS,
  mediaTypes: STRINGS,
  hosts: STRINGS,
  dataKeys: STRINGS,
  textLength: LONG,
  'skill?': STRING,
  extensions: STRINGS,
  metadata: STRINGS,
});

const INPUTS: ReadonlyMap<string, InputRecord> = new Map([
  [
    'mcp:sampling',
    recordOf({
      messages: LONG,
      roles: STRINGS,
      kinds: STRINGS,
      textLength: LONG,
      hasSystemPrompt: BOOLEAN,
      'maxTokens?': LONG,
      'includeContext?': STRING,
      models: STRINGS,
      tools: STRINGS,
    }),
  ],
  [
    'mcp:elicitation',
    recordOf({
      mode: STRING,
      textLength: LONG,
      fields: STRINGS,
      required: STRINGS,
      'url?': STRING,
      'host?': STRING,
    }),
  ],
  [
    'mcp:sampling/answer',
    recordOf({
      ...ANSWER,
      'role?': STRING,
      'model?': STRING,
      'stopReason?': STRING,
      kinds: STRINGS,
    }),
  ],
  ['mcp:elicitation/answer', recordOf({ ...ANSWER, 'action?': STRING, fields: STRINGS })],
  [
    'a2a:push/set',
    recordOf({
      url: STRING,
      scheme: STRING,
      host: STRING,
      port: LONG,
      hasToken: BOOLEAN,
      'authentication?': STRING,
    }),
  ],
  ['mcp:roots/answer', recordOf({ ...ANSWER, roots: LONG, uris: STRINGS, schemes: STRINGS })],
  ['mcp:tasks/cancel', recordOf({ tool: STRING })],
  ['mcp:tasks/update', recordOf({ tool: STRING, answers: LONG, textLength: LONG })],
  ['a2a:message/send', MESSAGE],
  ['a2a:message/stream', MESSAGE],
]);

/** The type of `context.input` in an operation that is no tool. */
export function inputOf(operation: string): InputRecord {
  return INPUTS.get(operation) ?? NO_ATTRIBUTES;
}
