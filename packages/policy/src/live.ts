// The engine instance that decides live calls, and what happens when one dies: it is thrown away and rebuilt with its
// policy sets before the next question (DESIGN section 6, "a trap on the live one is a deny and a fresh instance").

import type { CheckParseAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar, OpenCedar } from './cedar-door.ts';

/** Feeds a fresh instance its policy sets. */
export type Prepare = (cedar: Cedar) => readonly CheckParseAnswer[];

type Answered<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly message: string };

export interface Live {
  /** Puts a fresh instance with other sets in place; on failure the one in place stays. */
  replace(prepare: Prepare): Answered<null>;
  /** Asks the instance in place. A question that it throws at costs the instance. */
  ask<Answer>(question: (cedar: Cedar) => Answer): Answered<Answer>;
}

export function createLive(open: OpenCedar): Live {
  let cedar: Cedar | null = null;
  let prepared: Prepare = () => [];

  // WHY a fresh instance for every set, too: names given to the engine are never freed, so that feeding one instance
  // set after set would grow it; and a set that fails halfway has changed nothing.
  const build = (prepare: Prepare): Answered<Cedar> => {
    try {
      const fresh = open();
      for (const answer of prepare(fresh)) {
        if (answer.type === 'failure')
          return { ok: false, message: answer.errors.map((e) => e.message).join('; ') };
      }
      return { ok: true, answer: fresh };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  };
  const rebuild = (): Answered<Cedar> => {
    const built = build(prepared);
    cedar = built.ok ? built.answer : null;
    return built;
  };

  return {
    replace(prepare) {
      const built = build(prepare);
      if (!built.ok) return built;
      cedar = built.answer;
      prepared = prepare;
      return { ok: true, answer: null };
    },
    ask(question) {
      const instance = cedar === null ? rebuild() : { ok: true as const, answer: cedar };
      if (!instance.ok) return instance;
      try {
        return { ok: true, answer: question(instance.answer) };
      } catch (error) {
        rebuild();
        return { ok: false, message: `the policy engine failed: ${messageOf(error)}` };
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
