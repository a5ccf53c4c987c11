import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createLive, type Prepared } from './live.ts';

interface Watched {
  readonly open: () => Cedar;
  /** Names of slots as they were filled. */
  readonly filled: string[];
}

function watched(): Watched {
  const filled: string[] = [];
  return {
    filled,
    open() {
      const cedar = openCedar();
      const preparsePolicySet: Cedar['preparsePolicySet'] = (name, policies) => {
        filled.push(name);
        return cedar.preparsePolicySet(name, policies);
      };
      return { ...cedar, preparsePolicySet };
    },
  };
}

/** One policy that permits whom it names. */
const permitOf = (who: string): Prepared => ({
  policies: [who],
  text: `permit (principal == Agent::"${who}", action, resource);`,
});

test('slots are used again, so that an instance holds no more policies than it may, and each text stays itself', () => {
  const { open, filled } = watched();
  const live = createLive(open, 8);
  const all = Array.from({ length: 50 }, (_, at) => permitOf(`agent${at}`));
  const asks = (prepared: Prepared, who: string): string => {
    const asked = live.askAbout(prepared, (cedar, name) =>
      cedar.statefulIsAuthorized({
        principal: { type: 'Agent', id: who },
        action: { type: 'Action', id: 'a' },
        resource: { type: 'Tool', id: 't' },
        context: {},
        entities: [],
        preparsedPolicySetId: name,
      }),
    );
    return asked.ok && asked.answer.type === 'success' ? asked.answer.response.decision : 'failed';
  };
  for (const round of [0, 1, 2]) {
    for (const [at, prepared] of all.entries()) {
      expect([round, at, asks(prepared, `agent${at}`)]).toEqual([round, at, 'allow']);
      expect(asks(prepared, 'another')).toBe('deny');
    }
  }
  expect(new Set(filled).size).toBeLessThanOrEqual(9);
  const before = filled.length;
  expect(asks(all[49] as Prepared, 'agent49')).toBe('allow');
  expect(filled.length).toBe(before);
});

test('what is asked about often stays while others come and go', () => {
  const { open, filled } = watched();
  const live = createLive(open, 8);
  const often = permitOf('often');
  const ask = (prepared: Prepared): unknown => live.askAbout(prepared, (_, name) => name);
  const name = ask(often);
  for (let at = 0; at < 50; at += 1) {
    ask(permitOf(`agent${at}`));
    expect(ask(often)).toEqual(name);
  }
  expect(filled.length).toBe(51);
});

test('after clearing, the same names serve other texts', () => {
  const { open, filled } = watched();
  const live = createLive(open);
  const ask = (prepared: Prepared): unknown => live.askAbout(prepared, (_, name) => name);
  ask(permitOf('a'));
  ask(permitOf('b'));
  live.clear();
  ask(permitOf('c'));
  ask(permitOf('d'));
  expect(new Set(filled).size).toBe(2);
});
