// How values beside the log are kept: with which key, for how long, and who must agree when they are erased.
import { z } from 'zod';
import { declassification } from './review.ts';
import { closed, flag, list, matching, oneOf, set, text } from './fields.ts';
import { createNeverStore, type NeverStore } from '../never-store/never-store.ts';
import { compilePattern } from '../never-store/pattern.ts';
import { CALL_FILTERS, type CallQuery, parseQuery } from '../search/query.ts';

const DURATION = /^([1-9]\d{0,4})([hdy])$/;
const UNIT_MS = { h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const;

const { from: _from, to: _to, ...FILTERS } = CALL_FILTERS;

const rule = () =>
  closed({
    of: oneOf('calls', 'other').default('calls'),
    ...FILTERS,
    payloads: matching(DURATION, 'how long values are kept: `36h`, `90d` or `7y`'),
  }).superRefine(({ of, ...rest }, context) => {
    const [filter] =
      Object.entries(rest).find(([name, value]) => name !== 'payloads' && value !== undefined) ?? [];
    if (of !== 'other' || filter === undefined) return;
    context.addIssue({
      code: 'custom',
      path: [filter],
      message: 'is of calls: a rule `of: other`, for entries that belong to no call, has no filters',
    });
  });

const pattern = () =>
  z
    .string({ error: 'must be a pattern as text, in quotes' })
    .min(1, { error: 'is empty: remove it' })
    .superRefine((source, context) => {
      const compiled = compilePattern(source);
      if (!compiled.ok) context.addIssue({ code: 'custom', message: `${compiled.error}: correct it` });
    });

/** To be spread into the section `log`. */
export const privacyKeys = () => ({
  payloadKey: z
    .union(
      [
        closed({ env: matching(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'the name of an environment variable') }),
        closed({ file: text(4096, 'the path of a file') }),
      ],
      { error: 'must be `{ env: NAME }` or `{ file: path }`, naming where 32 bytes in base64url are' },
    )
    .optional(),
  keyStore: text(4096, 'the path of a file outside the backups of the data folder').optional(),
  neverStore: closed({
    members: set(text(128, 'the name of a member of JSON objects'), 200).default([]),
    patterns: set(pattern(), 50).default([]),
    cardNumbers: flag().default(true),
  }).prefault({}),
  erasure: declassification().prefault({}),
  retention: list(rule(), 100).default([]),
  headerRetention: matching(
    /^(never|[1-9]\d{0,4}[hdy])$/,
    'how old headers must be before they may be archived: `90d`, `7y`, or `never`',
  ).default('never'),
});

/** In milliseconds; null where nothing is configured. */
export function headerRetentionMs(text: string): number | null {
  const [, count = '', unit = 'd'] = DURATION.exec(text) ?? [];
  return count === '' ? null : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

type Rule = z.output<ReturnType<typeof rule>>;

export interface RetentionSetting {
  readonly of: 'calls' | 'other';
  readonly match: CallQuery;
  readonly payloadsMs: number;
  readonly text: string;
}

export function retentionSetting({ of, payloads, ...filters }: Rule): RetentionSetting {
  const query = parseQuery(filters);
  const [, count = '', unit = 'd'] = DURATION.exec(payloads) ?? [];
  // Both were checked when the configuration was read.
  if (!query.ok) throw new TypeError(query.error.message);
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    of,
    match: query.value,
    payloadsMs: Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS],
    text: JSON.stringify({ of, ...Object.fromEntries(given), payloads }),
  };
}

export function neverStoreOf({
  members,
  patterns,
  cardNumbers,
}: {
  readonly members: readonly string[];
  readonly patterns: readonly string[];
  readonly cardNumbers: boolean;
}): NeverStore {
  const compiled = patterns.map((source) => {
    const read = compilePattern(source);
    if (!read.ok) throw new TypeError(`\`${source}\` ${read.error}`);
    return read.value;
  });
  return createNeverStore({ members, patterns: compiled, cardNumbers });
}

interface Paths {
  readonly payloadKey?: { readonly env: string } | { readonly file: string } | undefined;
  readonly keyStore?: string | undefined;
}

/** With absolute paths; null where nothing is configured. */
export function privacyPaths({ payloadKey, keyStore }: Paths, absolute: (path: string) => string) {
  return {
    payloadKey:
      payloadKey === undefined
        ? null
        : 'file' in payloadKey
          ? { file: absolute(payloadKey.file) }
          : payloadKey,
    keyStore: keyStore === undefined ? null : absolute(keyStore),
  };
}
