// Where policies come from: a watched folder, which publishes by itself, or the store, into which people publish.
import { z } from 'zod';
import { NAME, NAME_RULE } from '../registry/names.ts';
import { closed, integer, matching, oneOf, text } from './fields.ts';

/** As the gateway holds it. */
export type PolicyOrigin =
  /** Nothing can be published; what the store holds stays in force. */
  | { readonly kind: 'unset' }
  /** Single-node development: what is saved there goes live by itself. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** `review` null: configured off. */
  | { readonly kind: 'published'; readonly review: ReviewSettings | null };

interface ReviewSettings {
  /** Whose members review. */
  readonly group: string;
  /** How many of them, besides the author, must approve. */
  readonly quorum: number;
  /** How long a proposal waits for them. */
  readonly expiresHours: number;
}

const published = closed({
  review: oneOf('required', 'off').default('required'),
  group: matching(NAME, `the name of a group: ${NAME_RULE}`).optional(),
  quorum: integer(1, 10).default(1),
  expiresHours: integer(1, 24 * 366, 'hours').default(168),
}).superRefine((value, context) => {
  if (value.review === 'off' || value.group !== undefined) return;
  const message = 'must name the group whose members review what is published; or set `review: off`';
  context.addIssue({ code: 'custom', path: ['group'], message });
});

const folder = text(
  4096,
  'the path of a folder, or a map with the keys `review`, `group`, `quorum`, `expiresHours`',
);

type Written = string | z.output<typeof published>;

/** A path or a map. A union would say only that it is neither; this says what is wrong with the one that was meant. */
export function policies() {
  return z.unknown().transform((value, context): Written => {
    const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
    const parsed = map === null ? folder.safeParse(value) : published.safeParse(map);
    if (parsed.success) return parsed.data;
    for (const { path, message, ...issue } of parsed.error.issues) {
      if (issue.code !== 'unrecognized_keys') context.addIssue({ code: 'custom', path, message });
      else
        context.addIssue({
          code: 'unrecognized_keys',
          keys: issue.keys,
          path,
          message,
          input: map ?? {},
        });
    }
    return z.NEVER;
  });
}

/** `absolute` makes paths of the file absolute. */
export function policyOrigin(written: Written | null, absolute: (path: string) => string): PolicyOrigin {
  if (written === null) return { kind: 'unset' };
  if (typeof written === 'string') return { kind: 'folder', folder: absolute(written) };
  const { review, group, quorum, expiresHours } = written;
  return {
    kind: 'published',
    review: review === 'off' || group === undefined ? null : { group, quorum, expiresHours },
  };
}
