// Classifiers and tasks: what a task came to labels its caller as the answer of a direct call does, whichever way it is told.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTaskWorld, type TaskWorld } from './task-world.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("kept-in") forbid (principal is Agent, action in Action::"mcp:tools/call", resource)
when { context.exposure.labels.contains("confidential") };
`;
const CLASSIFIERS = [
  { name: 'code-names', labels: ['confidential'], on: ['output'], words: ['Project Kestrel'] },
];

let world: TaskWorld;
beforeAll(async () => {
  world = await startTaskWorld(POLICIES, 'tasks', { classifiers: CLASSIFIERS });
});
afterAll(() => world.close());

const compute = (label: string, agent: string) =>
  world.ask('tools/call', { name: 'slow_compute', arguments: { seconds: 0.1, label } }, { agent });

test('a task whose result is classified labels whoever is told of it', async () => {
  const harmless = await compute('tea', 'worker');
  await world.until('completed', harmless.result?.taskId ?? '');
  const { result } = await compute('Project Kestrel', 'worker');
  expect(result).toMatchObject({ resultType: 'task' });
  await world.until('completed', result?.taskId ?? '');
  expect(JSON.stringify(await compute('tea', 'worker'))).toContain('kept-in');
  expect((await compute('tea', 'other')).result).toMatchObject({ resultType: 'task' });
});
