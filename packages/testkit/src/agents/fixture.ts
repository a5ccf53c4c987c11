// An A2A agent for tests of the gateway itself. The first word of the message says how it answers:
// `echo …`, `headers`, `person` (a message with personal data), `records` (a task with such data), `task …`,
// `stream <n>`, `slow <ms>`, `hang` (until canceled), `fail`, `reject`, `input`, `crash`.
import { setTimeout as delay } from 'node:timers/promises';

import { TaskState } from '@a2a-js/sdk';
import type { AgentExecutor, ExecutionEventBus, RequestContext } from '@a2a-js/sdk/server';

import { numberOption, wordOption } from '../args.ts';
import { announceReady, dieWithParent } from '../ready.ts';
import { addArtifact, openTask, reply, textOf, updateStatus } from './events.ts';
import { inboundHeaders } from './inbound.ts';
import { serveAgent } from './serve-agent.ts';

const running = new Map<string, { readonly controller: AbortController; readonly contextId: string }>();
const LONGEST_MS = 600_000;
const person = { name: 'Ines Halvorsen', email: 'ines@northwind.example' };

const executor: AgentExecutor = {
  execute: async (context, bus) => {
    const [word = '', ...rest] = textOf(context.userMessage).split(/\s+/);
    switch (word) {
      case 'echo':
        reply(bus, context, rest.join(' '));
        break;
      case 'person':
        reply(bus, context, { person }, JSON.stringify({ person }), `${person.name} is ${person.email}`);
        break;
      case 'headers':
        reply(bus, context, { headers: inboundHeaders(context) });
        break;
      case 'slow':
        await work(context, bus, Number(rest[0]));
        break;
      case 'hang':
        await work(context, bus, LONGEST_MS);
        break;
      case 'crash':
        throw new Error('this agent crashes on purpose');
      default:
        openTask(bus, context, TaskState.TASK_STATE_SUBMITTED);
        settle(context, bus, word, rest);
    }
    bus.finished();
  },
  cancelTask: async (taskId, bus) => {
    const task = running.get(taskId);
    task?.controller.abort();
    updateStatus(bus, { taskId, contextId: task?.contextId ?? '' }, TaskState.TASK_STATE_CANCELED);
    bus.finished();
  },
};

function settle(
  context: RequestContext,
  bus: ExecutionEventBus,
  word: string,
  rest: readonly string[],
): void {
  switch (word) {
    case 'stream':
      updateStatus(bus, context, TaskState.TASK_STATE_WORKING, 'working');
      for (let n = 1; n <= Number(rest[0]); n += 1) addArtifact(bus, context, `part ${n}`, `piece ${n}`);
      updateStatus(bus, context, TaskState.TASK_STATE_COMPLETED);
      return;
    case 'records':
      updateStatus(bus, context, TaskState.TASK_STATE_WORKING, `looking for ${person.email}`);
      addArtifact(
        bus,
        context,
        person.email,
        { person },
        JSON.stringify({ person }),
        `found ${person.email}`,
      );
      updateStatus(bus, context, TaskState.TASK_STATE_COMPLETED, `told ${person.email}`);
      return;
    case 'fail':
      updateStatus(bus, context, TaskState.TASK_STATE_FAILED, 'this task fails on purpose');
      return;
    case 'reject':
      updateStatus(bus, context, TaskState.TASK_STATE_REJECTED, 'this agent does not want to');
      return;
    case 'input':
      updateStatus(bus, context, TaskState.TASK_STATE_INPUT_REQUIRED, 'which one?');
      return;
    default:
      addArtifact(bus, context, 'answer', rest.join(' '));
      updateStatus(bus, context, TaskState.TASK_STATE_COMPLETED);
  }
}

async function work(context: RequestContext, bus: ExecutionEventBus, durationMs: number): Promise<void> {
  const controller = new AbortController();
  running.set(context.taskId, { controller, contextId: context.contextId });
  openTask(bus, context, TaskState.TASK_STATE_WORKING);
  try {
    await delay(durationMs, undefined, { signal: controller.signal });
    addArtifact(bus, context, 'answer', 'done');
    updateStatus(bus, context, TaskState.TASK_STATE_COMPLETED);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    running.delete(context.taskId);
  }
}

dieWithParent();
const skills = [{ id: 'answer', name: 'Answer', description: 'Answers as it is told to', tags: ['test'] }];
const agent = await serveAgent(
  { name: 'fixture-agent', description: 'Answers as it is told to', skills },
  executor,
  numberOption('port', 'PORT', 0),
  wordOption('versions', '1.0', '0.3', 'both'),
);
announceReady({ url: agent.url });
