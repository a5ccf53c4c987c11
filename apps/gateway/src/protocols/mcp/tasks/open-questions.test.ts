import { describe, expect, test } from 'vitest';
import { ok } from '../../../errors.ts';
import { type CallOutcome, withoutAnswer } from '../../../pipeline/settle.ts';
import { createOpenQuestions, type OpenQuestion } from './open-questions.ts';

function asked(key: string, text = '{}', agent = 'agt_a') {
  const outcomes: CallOutcome[] = [];
  // Only what the registry looks at: the call is handed back as it is.
  const question = {
    key,
    text,
    operation: 'mcp:elicitation',
    call: { caller: { agent: { uid: agent }, subject: null } },
    settlement: {
      settle: (outcome: CallOutcome) => {
        outcomes.push(outcome);
        return Promise.resolve(ok(null));
      },
    },
  } as unknown as OpenQuestion;
  return { question, outcomes };
}

const ANSWERED = withoutAnswer('ok', '');

describe('a question within a task', () => {
  test('is found under its task and key, and nowhere else', () => {
    const questions = createOpenQuestions();
    const { question } = asked('name', 'who?');
    questions.open('t', [question]);
    expect(questions.find('t', 'name')).toBe(question);
    expect(questions.find('t', 'other')).toBeNull();
    expect(questions.find('u', 'name')).toBeNull();
    expect(questions.known('t', 'name')).toBe('who?');
  });

  test('is answered once, and known afterwards', async () => {
    const questions = createOpenQuestions();
    const { question, outcomes } = asked('name', 'who?');
    questions.open('t', [question]);
    expect(questions.claim('t', ['name'])).toBe(true);
    expect(questions.claim('t', ['name'])).toBe(false);
    expect(questions.find('t', 'name')).toBeNull();
    await questions.answered('t', 'name', ANSWERED);
    await questions.answered('t', 'name', ANSWERED);
    expect(outcomes).toEqual([ANSWERED]);
    expect(questions.claim('t', ['name'])).toBe(false);
    expect(questions.known('t', 'name')).toBe('who?');
  });

  test('may be answered again where the answer was not sent', () => {
    const questions = createOpenQuestions();
    questions.open('t', [asked('a').question, asked('b').question]);
    expect(questions.claim('t', ['a', 'b'])).toBe(true);
    questions.unclaim('t', ['a', 'b']);
    expect(questions.claim('t', ['a'])).toBe(true);
    expect(questions.claim('t', ['a', 'b'])).toBe(false);
    expect(questions.find('t', 'b')).not.toBeNull();
  });

  test('is given up with its task, and with the process', async () => {
    const questions = createOpenQuestions();
    const [first, second] = [asked('a'), asked('b')];
    questions.open('t', [first.question]);
    questions.open('u', [second.question]);
    questions.over('t');
    await questions.close();
    expect([...first.outcomes, ...second.outcomes].map(({ outcome }) => outcome)).toEqual([
      'aborted',
      'aborted',
    ]);
    expect(questions.known('t', 'a')).toBeNull();
  });

  test('is one of so many in its life', () => {
    const questions = createOpenQuestions();
    questions.open(
      't',
      Array.from({ length: 250 }, (_, at) => asked(`k${at}`).question),
    );
    const more = (count: number) => Array.from({ length: count }, () => '{}');
    expect(questions.isFull('t', more(6))).toBe(false);
    expect(questions.isFull('t', more(7))).toBe(true);
    expect(questions.isFull('u', more(32))).toBe(false);
  });

  test('is no place to keep a server’s books in', () => {
    const questions = createOpenQuestions();
    questions.open('t', [asked('a', 'x'.repeat(1024 * 1024 - 2)).question]);
    expect(questions.isFull('t', ['{}'])).toBe(false);
    expect(questions.isFull('t', ['{ }'])).toBe(true);
    expect(questions.isFull('u', ['x'.repeat(1024 * 1024 + 1)])).toBe(true);
  });
});

test('whoever has too many open loses the oldest of theirs, and nobody else any', async () => {
  const questions = createOpenQuestions();
  const quiet = asked('q', '{}', 'agt_quiet');
  questions.open('quiet', [quiet.question]);
  const first = asked('a');
  questions.open('first', [first.question]);
  const large = 'x'.repeat(1024 * 1024);
  for (let at = 0; at < 17; at += 1) questions.open(`large-${at}`, [asked('k', large).question]);
  expect(first.outcomes).toMatchObject([{ outcome: 'aborted' }]);
  expect(questions.known('large-16', 'k')).toBe(large);
  expect(quiet.outcomes).toEqual([]);
  await questions.close();
});

test('what is about one task happens one after another, also after a failure', async () => {
  const questions = createOpenQuestions();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = questions.alone('t', async () => {
    await gate.promise;
    order.push('first');
    throw new Error('failed');
  });
  const second = questions.alone('t', async () => void order.push('second'));
  await questions.alone('u', async () => void order.push('other'));
  gate.resolve();
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(order).toEqual(['other', 'first', 'second']);
});
