// The engine instance that decides live calls, and what it holds prepared: the texts asked about lately, in slots that are
// used again. An instance that dies is thrown away and rebuilt; what it held is prepared anew when it is next asked about
// (DESIGN section 6, "a trap on the live one is a deny and a fresh instance").

import type { Cedar, OpenCedar } from './cedar-door.ts';

/** Policies to be prepared together; the same object stands for the same text. */
export interface Prepared {
  readonly text: string;
  readonly policies: { readonly length: number };
}

export type Answered<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly message: string };

export interface Live {
  /** Opens an instance unless there is one. */
  ready(): Answered<Cedar>;
  /** Asks the instance in place, opening one where there is none. A question that it throws at costs the instance. */
  ask<Answer>(question: (cedar: Cedar) => Answer): Answered<Answer>;
  /** Asks about policies, under the name of the slot that holds them. Policies that cannot be prepared have no answer. */
  askAbout<Answer>(prepared: Prepared, question: (cedar: Cedar, name: string) => Answer): Answered<Answer>;
  /** Frees all slots: for another set, whose policies share nothing with those before. */
  clear(): void;
}

/**
 * Of policies in all slots together: some three kilobytes each. The engine never frees a name, so that slots are as many
 * as were ever needed at once, and are used again and again.
 */
const MAX_PREPARED = 40_000;
/** What killed two instances when it was prepared is not given to a third. */
const MAX_DEATHS = 2;

export function createLive(open: OpenCedar, maxPrepared = MAX_PREPARED): Live {
  let cedar: Cedar | null = null;
  let slots = 0;
  let size = 0;
  let free: string[] = [];
  /** In the order of use, from when room begins to run short. */
  let held = new Map<Prepared, string>();
  const deaths = new WeakMap<Prepared, number>();

  const openFresh = (): Answered<Cedar> => {
    [slots, size, free, held] = [0, 0, [], new Map()];
    try {
      cedar = open();
      return { ok: true, answer: cedar };
    } catch (error) {
      cedar = null;
      return { ok: false, message: messageOf(error) };
    }
  };
  const ready = (): Answered<Cedar> => (cedar === null ? openFresh() : { ok: true, answer: cedar });
  const ask = <Answer>(question: (cedar: Cedar) => Answer): Answered<Answer> => {
    const instance = ready();
    if (!instance.ok) return instance;
    try {
      return { ok: true, answer: question(instance.answer) };
    } catch (error) {
      openFresh();
      return { ok: false, message: `the policy engine failed: ${messageOf(error)}` };
    }
  };
  const release = (prepared: Prepared, name: string): void => {
    held.delete(prepared);
    free.push(name);
    size -= prepared.policies.length;
  };
  const makeRoom = (): void => {
    for (const [oldest, name] of held) {
      if (size <= maxPrepared) return;
      release(oldest, name);
    }
  };
  const prepare = (prepared: Prepared): Answered<string> => {
    const died = deaths.get(prepared) ?? 0;
    if (died >= MAX_DEATHS) return { ok: false, message: 'the policy engine cannot read these policies' };
    const instance = ready();
    if (!instance.ok) return instance;
    const asked = ask((instance) => {
      const name = free.pop() ?? `slot${slots++}`;
      const answer = instance.preparsePolicySet(name, { staticPolicies: prepared.text });
      if (answer.type === 'failure') {
        free.push(name);
        return { ok: false, message: answer.errors.map(({ message }) => message).join('; ') } as const;
      }
      return { ok: true, answer: name } as const;
    });
    if (!asked.ok) {
      deaths.set(prepared, died + 1);
      return asked;
    }
    if (!asked.answer.ok) return asked.answer;
    size += prepared.policies.length;
    makeRoom();
    held.set(prepared, asked.answer.answer);
    return asked.answer;
  };
  return {
    ready,
    ask,
    askAbout(prepared, question) {
      let name = held.get(prepared);
      if (name === undefined) {
        const made = prepare(prepared);
        if (!made.ok) return made;
        name = made.answer;
      } else if (size > maxPrepared / 2) {
        held.delete(prepared);
        held.set(prepared, name);
      }
      const slot = name;
      return ask((instance) => question(instance, slot));
    },
    clear() {
      for (const [prepared, name] of held) release(prepared, name);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
