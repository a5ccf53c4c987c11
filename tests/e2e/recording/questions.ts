// What servers ask of their clients, and what these answer: the official client, asked by a server on the stream of a call.
import { connectV1 } from '@countersign/testkit';
import type { Act, Place, Procedure } from './procedure.ts';
import { createReceiver } from './receiver.ts';

interface Question {
  readonly request: { readonly method: string; readonly params?: object };
  readonly answer: object;
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  'mcp:sampling': {
    request: {
      method: 'sampling/createMessage',
      params: { messages: [{ role: 'user', content: { type: 'text', text: 'a haiku' } }], maxTokens: 100 },
    },
    answer: { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } },
  },
  'mcp:elicitation': {
    request: {
      method: 'elicitation/create',
      params: {
        message: 'your name?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
      },
    },
    answer: { action: 'accept', content: { name: 'Ines' } },
  },
  'mcp:roots': {
    request: { method: 'roots/list' },
    answer: { roots: [{ uri: 'file:///work', name: 'work' }] },
  },
};

/** A tool that is called, asks, and waits. */
async function asked(place: Place, { request, answer }: Question) {
  const client = createReceiver();
  const answered = Promise.withResolvers<void>();
  const connected = await connectV1(place.url, {
    token: await place.token(),
    client: { capabilities: { sampling: {}, elicitation: {}, roots: {} } },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (typeof init?.body === 'string' && !init.body.includes('"method"')) {
        await response.clone().text();
        answered.resolve();
      }
      return response;
    },
  });
  connected.fallbackRequestHandler = async () => {
    await client.arrive();
    return { ...answer };
  };
  const working = connected.callTool({ name: 'work', arguments: {} });
  const ask = await place.asking.called();
  return {
    client,
    ask: () => ask.say({ id: 'question', ...request }),
    answered: answered.promise,
    close: async () => {
      ask.end({ id: ask.id, result: { content: [{ type: 'text', text: 'done' }] } });
      await working;
      await connected.close();
    },
  };
}

/** The server asks: it is the client that the question comes to, and the server that is told the answer, or a refusal. */
const question = (what: Question): Procedure => ({
  upstream: 'asking',
  async begin(place): Promise<Act> {
    const { client, ask, close } = await asked(place, what);
    const told = place.gate.receiver('answer').next();
    return {
      receiver: client,
      async perform() {
        ask();
        await told;
        return 1;
      },
      async close() {
        (await told).release();
        await close();
      },
    };
  },
});

/** The client answers: it is told that its answer was taken, or was not. */
const answer = (what: Question): Procedure => ({
  upstream: 'asking',
  async begin(place): Promise<Act> {
    const { ask, answered, close } = await asked(place, what);
    return {
      receiver: place.gate.receiver('result'),
      async perform() {
        ask();
        await answered;
        return 1;
      },
      close,
    };
  },
});

export const questions: Readonly<Record<string, Procedure>> = Object.fromEntries(
  Object.entries(QUESTIONS).flatMap(([operation, what]) => [
    [operation, question(what)],
    [`${operation}/answer`, answer(what)],
  ]),
);

export const isAskedByServer = (operation: string): boolean => operation in QUESTIONS;
