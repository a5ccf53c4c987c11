// What the fixture answers in several rounds (MRTR, MCP 2026-07-28): questions in the result, answers in the next request, and
// a state that the client carries and cannot change, because it is sealed.
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** How far a call has come. */
export interface RoundState {
  readonly tool: string;
  readonly round: number;
  readonly name?: string;
}

const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });

const NAMED = z.object({ name: z.string() });
const askName = (message = 'What is your name?') => inputRequired.elicit({ message, requestedSchema: NAMED });
const askModel = (prompt: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens,
  });

export function registerRounds(server: McpServer, states: RequestStateCodec<RoundState>): void {
  registerOneQuestion(server);
  registerSealed(server, states);
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks only for what its client said it can do' },
    (context) => {
      const can = capabilitiesOf(context);
      const inputRequests: Record<string, InputRequest> = {};
      if (can.sampling !== undefined) inputRequests['greeting'] = askModel('Generate a greeting', 50);
      if (can.elicitation !== undefined) inputRequests['user_name'] = askName();
      if (Object.keys(inputRequests).every((key) => answered(context, key))) return text('Nothing to ask.');
      return inputRequired({ inputRequests });
    },
  );
}

/** What the client says with a request of 2026-07-28 that it can do. */
function capabilitiesOf(context: ServerContext): ClientCapabilities {
  const envelope: Record<string, unknown> | undefined = context.mcpReq.envelope;
  return (envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined) ?? {};
}

const answered = (context: ServerContext, key: string): boolean =>
  inputResponse(context.mcpReq.inputResponses, key).kind !== 'missing';

function registerOneQuestion(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_elicitation',
    { description: 'Asks for a name and greets it' },
    ({ mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, 'user_name', NAMED);
      if (given === undefined) return inputRequired({ inputRequests: { user_name: askName() } });
      return text(`Hello, ${given.name}!`);
    },
  );
  server.registerTool(
    'test_input_required_result_sampling',
    { description: "Asks the client's model for a capital" },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
      if (answer.kind !== 'sampling') {
        const capital_question = askModel('What is the capital of France?', 100);
        return inputRequired({ inputRequests: { capital_question } });
      }
      return text(`The model said: ${JSON.stringify(answer.result.content)}`);
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Asks which folders its client works in' },
    ({ mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
      if (answer.kind !== 'roots') {
        return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
      }
      return text(`Roots: ${answer.roots.map(({ uri }) => uri).join(', ')}`);
    },
  );
  const context = z.object({ context: z.string() });
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'A prompt that asks what it is about' },
    ({ mcpReq }) => {
      const given = acceptedContent(mcpReq.inputResponses, 'user_context', context);
      if (given === undefined) {
        const message = 'What context should the prompt use?';
        const user_context = inputRequired.elicit({ message, requestedSchema: context });
        return inputRequired({ inputRequests: { user_context } });
      }
      return { messages: [{ role: 'user', content: { type: 'text', text: `Mind: ${given.context}` } }] };
    },
  );
}

function registerSealed(server: McpServer, states: RequestStateCodec<RoundState>): void {
  const confirmation = z.object({ ok: z.boolean() });
  const confirm = () => inputRequired.elicit({ message: 'Please confirm', requestedSchema: confirmation });
  const stateOf = (context: ServerContext, tool: string): RoundState | undefined => {
    const state = context.mcpReq.requestState<RoundState>();
    return state?.tool === tool ? state : undefined;
  };

  for (const tool of [
    'test_input_required_result_request_state',
    'test_input_required_result_tampered_state',
  ]) {
    server.registerTool(
      tool,
      { description: 'Asks for a confirmation, and believes it only with its own state beside it' },
      async (context) => {
        const given = acceptedContent(context.mcpReq.inputResponses, 'confirm', confirmation);
        if (given !== undefined && stateOf(context, tool) !== undefined) return text('state-ok');
        const requestState = await states.mint({ tool, round: 1 }, context);
        return inputRequired({ inputRequests: { confirm: confirm() }, requestState });
      },
    );
  }
  const several = 'test_input_required_result_multiple_inputs';
  server.registerTool(
    several,
    { description: 'Asks the user, the model and the client at once' },
    async (context) => {
      const all = ['user_name', 'greeting', 'client_roots'].every((key) => answered(context, key));
      if (all && stateOf(context, several) !== undefined) return text('Everything was answered.');
      return inputRequired({
        inputRequests: {
          user_name: askName(),
          greeting: askModel('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await states.mint({ tool: several, round: 1 }, context),
      });
    },
  );
  const colored = z.object({ color: z.string() });
  const rounds = 'test_input_required_result_multi_round';
  server.registerTool(rounds, { description: 'Asks for a name, and then for a color' }, async (context) => {
    const state = stateOf(context, rounds);
    const named = acceptedContent(context.mcpReq.inputResponses, 'step1', NAMED);
    if (state?.round === 1 && named !== undefined) {
      const message = 'Step 2: What is your favorite color?';
      return inputRequired({
        inputRequests: { step2: inputRequired.elicit({ message, requestedSchema: colored }) },
        requestState: await states.mint({ tool: rounds, round: 2, name: named.name }, context),
      });
    }
    const color = acceptedContent(context.mcpReq.inputResponses, 'step2', colored);
    if (state?.round === 2 && color !== undefined) {
      return text(`${state.name ?? 'Somebody'} likes ${color.color}.`);
    }
    return inputRequired({
      inputRequests: { step1: askName('Step 1: What is your name?') },
      requestState: await states.mint({ tool: rounds, round: 1 }, context),
    });
  });
}
