// Tools of the fixture that ask their client for something and answer with what it said. Written once for both eras: the SDK
// makes requests of the server out of the questions in a session, and an `input_required` result of them in 2026-07-28.
import {
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { report } from './fixture-activity.ts';

const KEY = 'answer';

const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });

export function registerQuestions(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: "Asks the client's model", inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, context) => asking(context, model(prompt), 'LLM response: '),
  );
  const person: Form = {
    type: 'object',
    properties: {
      username: { type: 'string', description: "User's response" },
      email: { type: 'string', description: "User's email address" },
    },
    required: ['username', 'email'],
  };
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user who it is', inputSchema: z.object({ message: z.string() }) },
    ({ message }, context) => asking(context, form(message, person), 'User response: '),
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks the user to confirm what is filled in already' },
    (context) => asking(context, form('Please review these values', DEFAULTS), 'Elicitation completed: '),
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks the user to choose, in each of the ways that a choice can be written' },
    (context) => asking(context, form('Please choose', CHOICES), 'Elicitation completed: '),
  );
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Reports progress, if asked for it, and then asks the user' },
    async (context) => {
      await report(context, 50);
      return asking(context, form('Please tell who you are', person), 'User response: ');
    },
  );
  server.registerTool(
    'test_missing_capability',
    { description: 'Works only for clients that have a model' },
    // The SDK refuses to ask what the client of a request of 2026-07-28 did not say it can answer: -32021.
    (context) => asking(context, model('Hello'), 'LLM response: '),
  );
}

/** Asks on the first round, and says what came back on the next. */
function asking(context: ServerContext, question: InputRequest, before: string) {
  const answer = inputResponse(context.mcpReq.inputResponses, KEY);
  switch (answer.kind) {
    case 'missing':
      return inputRequired({ inputRequests: { [KEY]: question } });
    case 'sampling': {
      const { content } = answer.result;
      const said =
        !Array.isArray(content) && content.type === 'text' ? content.text : JSON.stringify(content);
      return text(`${before}${said}`);
    }
    case 'elicit':
      return text(`${before}action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
    case 'roots':
      return text(`${before}${JSON.stringify(answer.roots)}`);
  }
}

type Form = Parameters<typeof inputRequired.elicit>[0]['requestedSchema'];

function model(prompt: string): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens: 100,
  });
}

function form(message: string, requestedSchema: Form): InputRequest {
  return inputRequired.elicit({ message, requestedSchema });
}

/** SEP-1034: a default for each primitive type. */
const DEFAULTS: Form = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const three = (name: string, title: string) =>
  ['First', 'Second', 'Third'].map((nth, at) => ({ const: `${name}${at + 1}`, title: `${nth} ${title}` }));

/** SEP-1330: one or several of a list, with and without titles, and the older way to give titles. */
const CHOICES: Form = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: three('value', 'Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: three('value', 'Choice') } },
  },
};
