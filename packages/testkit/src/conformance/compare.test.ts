import { expect, it } from 'vitest';

import { compare } from './compare.ts';
import { problemsOf, shrunk } from './not-yet.ts';
import { renderConformance } from './report.ts';
import type { Check, SuiteRun } from './suite.ts';

const check = (id: string, status: string): Check => ({
  id,
  name: id,
  status,
  errorMessage: `${id} is ${status}`,
});
const run = (scenarios: Record<string, Check[]>, more: Partial<SuiteRun> = {}): SuiteRun => ({
  scenarios: new Map(Object.entries(scenarios)),
  unscored: new Map([['extra', 'extension']]),
  passed: true,
  output: '',
  ...more,
});

const direct = run({
  ping: [check('ping', 'SUCCESS'), check('note', 'INFO')],
  headers: [check('reject', 'SUCCESS'), check('reject', 'SUCCESS')],
  extra: [check('task', 'FAILURE')],
});
const through = run({
  ping: [check('ping', 'SUCCESS'), check('note', 'INFO'), check('note', 'INFO')],
  headers: [check('reject', 'SUCCESS'), check('reject', 'FAILURE'), check('setup', 'WARNING')],
});
const found = compare('server', '2026-07-28', direct, through);
const why = 'server 2026-07-28';
const listed = { 'headers/reject#2': 'headers', 'headers/setup': 'headers', 'extra/task': 'tasks' };

it('names each check that differs, also one that only one of the runs has, and no notes', () => {
  const differences = found.scenarios.flatMap((scenario) => scenario.differences);
  expect(
    differences.map(({ scenario, check: id, ...both }) => [scenario, id, both.direct, both.through]),
  ).toEqual([
    ['extra', 'task', 'FAILURE', 'absent'],
    ['headers', 'reject#2', 'SUCCESS', 'FAILURE'],
    ['headers', 'setup', 'absent', 'WARNING'],
  ]);
  expect(found.checks).toBe(4);
});

it('has nothing to say when exactly the listed checks differ', () => {
  expect(problemsOf([found], { [why]: listed })).toEqual([]);
});

it('takes the verdicts on a client together, the worst of each check: the gateway is a second client of the mock', () => {
  const once = run({ initialize: [check('handshake', 'SUCCESS'), check('tool', 'SUCCESS')] });
  const twice = run({
    initialize: [
      ...['handshake', 'handshake', 'tool', 'templates'].map((id) => check(id, 'SUCCESS')),
      check('resources', 'SKIPPED'),
    ],
  });
  const worse = run({
    initialize: [check('tool', 'FAILURE'), check('handshake', 'SUCCESS'), check('tool', 'SUCCESS')],
  });
  expect(problemsOf([compare('client', '2025-11-25', once, twice)], {})).toEqual([]);
  expect(problemsOf([compare('client', '2025-11-25', once, worse)], {})).toEqual([
    'client 2025-11-25: initialize/tool was SUCCESS and is FAILURE through the gateway: tool is FAILURE',
  ]);
});

it('complains of a difference that is not listed', () => {
  const { 'extra/task': _, ...others } = listed;
  expect(problemsOf([found], { [why]: others })).toEqual([
    'server 2026-07-28: extra/task was FAILURE and is absent through the gateway: ',
  ]);
});

it('complains of a listed check that does not differ any more, and of a run that there is none of', () => {
  const stale = { [why]: { ...listed, 'ping/ping': 'ping' }, 'server 1999-01-01': {} };
  expect(problemsOf([found], stale)).toEqual([
    'server 2026-07-28: ping/ping does not differ any more: take it out of the list',
    'the list names the run `server 1999-01-01`, which there is none of',
  ]);
});

it('shrinks the list to what still differs, and adds nothing', () => {
  const { 'extra/task': _, ...others } = listed;
  const stale = { [why]: { ...others, 'ping/ping': 'ping' }, 'server 1999-01-01': { 'a/b': 'gone' } };
  expect(shrunk([found], stale)).toEqual({ [why]: others });
});

it('complains of a direct run that fails by itself', () => {
  const failing = compare('server', '2026-07-28', run({ ping: [] }, { passed: false }), run({ ping: [] }));
  expect(problemsOf([failing], {})).toEqual([
    'server 2026-07-28: a scored scenario fails without the gateway',
  ]);
});

it('renders the counts, what differs with its reason, and each scenario', () => {
  const text = renderConformance([found], { [why]: listed });
  expect(text).toContain('| server 2026-07-28 | 3 (2) | 4 | 3 / 1 | 3 / 0 | 2 / 1 | 3 |');
  expect(text).toContain('| server 2026-07-28 | headers/reject#2 | success | failure | headers |');
  expect(text).toContain('| extra (extension) | 0 / 1 | 0 / 0 | 1 |');
});
