// Sends what must be refused, one after the other: each is told the same, nothing of it arrives, and a good message does
// afterwards.
import { expect } from 'vitest';
import { type Front, goodMessage } from './hostile-fronts.ts';

export type Headers = Readonly<Record<string, string | null>>;

export interface Refusal {
  readonly status: number;
  readonly code: number | string;
  readonly words: RegExp;
}

/** What is to come of it. */
export const REFUSED = { reached: 0, isServedAfterwards: true };

/** Fails the test where one of them is told anything else. */
export async function sendAll(
  front: Front,
  cases: readonly (readonly [body: string, headers?: Headers])[],
  { status, code, words }: Refusal,
): Promise<typeof REFUSED> {
  const { length } = front.received();
  for (const [body, headers = {}] of cases) {
    const what = [body.slice(0, 300), headers];
    const told = await front.post(body, headers);
    expect([...what, told.status, told.code, told.words]).toEqual([
      ...what,
      status,
      code,
      expect.stringMatching(words),
    ]);
  }
  const reached = front.received().length - length;
  const good = goodMessage(front);
  const { code: fault } = await front.post(good);
  const isServedAfterwards = fault === undefined && front.received().at(-1) === front.sent(good);
  return { reached, isServedAfterwards };
}
