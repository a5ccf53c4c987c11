import { describe, expect, it } from 'vitest';
import { declassification, registryReview, registryRules, rulesOf } from './review.ts';

const complaints = (schema: { safeParse(value: unknown): unknown }, value: unknown): string =>
  JSON.stringify(schema.safeParse(value));

describe('review of registry changes', () => {
  it('is off until it is configured, and then nobody else has to agree', () => {
    const off = registryReview().parse({});
    expect(registryRules(off)).toMatchObject({ quorum: 0, group: null });
    // What is configured beside `off` waits until it is on.
    expect(
      registryRules(registryReview().parse({ review: 'off', group: 'owners', quorum: 2 })),
    ).toMatchObject({
      quorum: 0,
      group: null,
    });
  });

  it('names the group whose members review', () => {
    expect(complaints(registryReview(), { review: 'required' })).toContain('must name the group');
    const required = registryReview().parse({ review: 'required', group: 'owners', expiresHours: 2 });
    expect(registryRules(required)).toEqual({ quorum: 1, group: 'owners', expiresMs: 7_200_000 });
  });
});

describe('declassification', () => {
  it('needs one other person, whoever that is, unless configured otherwise', () => {
    expect(rulesOf(declassification().parse({}))).toEqual({ quorum: 1, group: null, expiresMs: 604_800_000 });
    expect(rulesOf(declassification().parse({ group: 'privacy', quorum: 2 }))).toMatchObject({
      quorum: 2,
      group: 'privacy',
    });
  });

  it.each([{ quorum: 0 }, { review: 'off' }, { quorum: null }])('cannot be configured off: %j', (value) => {
    expect(declassification().safeParse(value).success).toBe(false);
  });
});
