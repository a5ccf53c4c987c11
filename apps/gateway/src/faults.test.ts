import { expect, test } from 'vitest';
import { z } from 'zod';
import { faultsOf } from './faults.ts';

function told(schema: z.ZodType, value: unknown): readonly string[] {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : faultsOf(error, value);
}
const whole = z
  .string({ error: 'must be a whole number' })
  .regex(/^\d+$/, { error: 'must be a whole number' });

test.each<readonly [string, z.ZodType, unknown, readonly string[]]>([
  ['missing', z.strictObject({ after: whole }), {}, ['`after` is missing: it must be a whole number']],
  ['missing text', z.object({ reason: z.string() }), {}, ['`reason` is missing: it must be text']],
  [
    'missing, of some words',
    z.object({ verdict: z.enum(['approve', 'reject']) }),
    {},
    ['`verdict` is missing: it must be one of `approve`, `reject`'],
  ],
  [
    'missing, with words of the schema that show what there is',
    z.object({
      state: z.enum(['open'], { error: ({ input }) => `is \`${String(input)}\`: give one of open` }),
    }),
    {},
    ['`state` is missing: give one of open'],
  ],
  ['another word', z.object({ v: z.enum(['a', 'b']) }), { v: 'c' }, ['`v`: must be one of `a`, `b`']],
  ['another value', z.object({ v: z.literal(1) }), { v: 2 }, ['`v`: must be `1`']],
  ['another type', z.object({ n: z.number() }), { n: '1' }, ['`n`: must be a number']],
  ['a number that is not whole', z.object({ n: z.int() }), { n: 1.5 }, ['`n`: must be a whole number']],
  ['a flag', z.object({ f: z.boolean() }), { f: 'yes' }, ['`f`: must be `true` or `false`']],
  ['a body that is none', z.strictObject({ n: z.int() }), 'n', ['must be an object']],
  ['given twice', z.object({ agent: z.string() }), { agent: ['a', 'b'] }, ['`agent`: must be text, once']],
  ['too small', z.object({ n: z.int().min(1) }), { n: 0 }, ['`n`: must be at least 1']],
  ['not positive', z.object({ n: z.int().positive() }), { n: 0 }, ['`n`: must be more than 0']],
  ['too large', z.object({ n: z.int().max(9) }), { n: 10 }, ['`n`: must be at most 9']],
  ['not a multiple', z.object({ n: z.int().multipleOf(5) }), { n: 6 }, ['`n`: must be a multiple of 5']],
  ['empty text', z.object({ t: z.string().min(1) }), { t: '' }, ['`t`: must not be empty']],
  ['short text', z.object({ t: z.string().min(3) }), { t: 'a' }, ['`t`: must be of at least 3 characters']],
  ['long text', z.object({ t: z.string().max(1) }), { t: 'ab' }, ['`t`: must be of at most 1 character']],
  [
    'text of a length',
    z.object({ t: z.string().length(4) }),
    { t: 'a' },
    ['`t`: must be of exactly 4 characters'],
  ],
  ['an empty list', z.object({ l: z.array(z.int()).min(1) }), { l: [] }, ['`l`: must not be empty']],
  [
    'a long list',
    z.object({ l: z.array(z.int()).max(2) }),
    { l: [1, 2, 3] },
    ['`l`: must be of at most 2 items'],
  ],
  [
    'in a list',
    z.object({ l: z.array(z.object({ n: z.int() })) }),
    { l: [{}] },
    ['`l[0].n` is missing: it must be a number'],
  ],
  [
    'a form',
    z.object({ d: z.string().regex(/^[0-9a-f]{4}$/) }),
    { d: 'x' },
    ['`d`: must be written as `/^[0-9a-f]{4}$/` says'],
  ],
  [
    'a time',
    z.object({ at: z.iso.datetime() }),
    { at: 'yesterday' },
    ['`at`: must be an RFC 3339 time, such as `2026-01-31T12:00:00Z`'],
  ],
  ['words of the schema', z.object({ d: whole }), { d: 'x' }, ['`d`: must be a whole number']],
  [
    'one of two',
    z.object({ v: z.union([z.int(), z.string()]) }),
    { v: true },
    ['`v`: must be a number or text'],
  ],
  [
    'one of two, missing',
    z.object({ v: z.union([z.int(), z.string()]) }),
    {},
    ['`v` is missing: it must be a number or text'],
  ],
  [
    'one of two shapes',
    z.object({
      v: z.union([z.strictObject({ since: z.int() }), z.strictObject({ last: z.int(), n: z.int() })]),
    }),
    { v: { since: 'x' } },
    ['`v.since`: must be a number'],
  ],
  [
    'a shape by its kind',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('tool') }),
      z.object({ kind: z.literal('prompt') }),
    ]),
    { kind: 'other' },
    ['`kind`: must be one of `tool`, `prompt`'],
  ],
  ['unknown', z.strictObject({ a: z.int() }), { a: 1, b: 1, c: 1 }, ['unknown key `b`, `c`']],
  ['unknown inside', z.object({ a: z.strictObject({}) }), { a: { b: 1 } }, ['unknown key `a.b`']],
  ['a key', z.record(z.string().max(2), z.int()), { long: 1 }, ['`long`: cannot be a key here']],
  ['unsaid', z.object({ a: z.int().refine((n) => n > 1) }), { a: 1 }, ['`a`: is not what is expected here']],
])('%s', (_, schema, value, faults) => {
  expect(told(schema, value)).toEqual(faults);
});

test('of each place one fault is told, and of many the first', () => {
  const short = z.string().min(5).regex(/^\d+$/);
  expect(told(z.object({ a: short }), { a: 'x' })).toHaveLength(1);
  const many = told(
    z.array(z.int()),
    Array.from({ length: 5000 }, () => 'x'),
  );
  expect([many.length, many.at(-1)]).toEqual([11, 'and 4990 more']);
  const keys = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, 1]));
  expect(told(z.strictObject({}), keys)).toEqual(['unknown key `k0`, `k1`, `k2`, `k3`, `k4` and 45 more']);
});

test('a key that is told cannot write another sentence', () => {
  const [fault = ''] = told(z.strictObject({}), { [`a\`\n${'x'.repeat(500)}`]: 1 });
  expect(fault).not.toContain('\n');
  expect(fault.length).toBeLessThan(200);
});
