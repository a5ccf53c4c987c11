// How a decision that was made again differs from what the log says of it: outcome, reason, the policies that it rests
// on with all that is said of them, and obligations.
import type { EntryBody, ReplayAnswer } from '@countersign/audit';
import type { Decision } from '@countersign/policy';
import { z } from 'zod';

const Policy = z.object({
  id: z.string(),
  effect: z.string(),
  text: z.string(),
  reads: z.array(z.object({ path: z.string(), value: z.unknown() }).partial({ value: true })),
});

const Explanation = z.object({
  determining: z.array(Policy),
  guards: z.array(z.unknown()),
  errors: z.array(z.object({ policy: z.string() })),
  obligations: z.object({
    labels: z.array(z.string()),
    redact: z.array(z.string()),
    mask: z.array(z.string()),
  }),
  nearest: z.array(Policy.extend({ failed: z.array(z.string()) })),
});
type Explanation = z.infer<typeof Explanation>;

type Body = Pick<EntryBody<'call.decided'>, 'decision' | 'reason'>;
type Mismatch = Extract<ReplayAnswer, { kind: 'mismatch' }>;

/** @param text the recorded explanation; null where nothing was explained, which for a decision by policy is a difference. */
export function differenceOf(recorded: Body, text: string | null, replayed: Decision): ReplayAnswer {
  if (recorded.decision !== replayed.outcome) {
    return mismatch('replay_outcome', 'the outcome', recorded.decision, replayed.outcome);
  }
  if (recorded.reason !== replayed.reason)
    return mismatch('replay_reason', 'the reason', recorded.reason, replayed.reason);
  const explanation = parse(text);
  if (explanation === null)
    return mismatch('replay_policies', 'the explanation', text ?? 'none', 'one that can be read');
  return (
    policiesDiffer(explanation, replayed) ?? obligationsDiffer(explanation, replayed) ?? { kind: 'replayed' }
  );
}

function policiesDiffer(recorded: Explanation, replayed: Decision): Mismatch | null {
  const parts = [
    ['the determining policies', recorded.determining.map(shown), replayed.determining.map(shown)],
    ['the guards', recorded.guards, replayed.guards],
    ['the policies in error', idsOf(recorded.errors), idsOf(replayed.errors)],
    ['the nearest permits', recorded.nearest.map(near), replayed.nearest.map(near)],
  ] as const;
  for (const [what, was, is] of parts) {
    if (sorted(was) !== sorted(is)) return mismatch('replay_policies', what, briefly(was), briefly(is));
  }
  return null;
}

/**
 * Labels come with the request. What the resource's manifest keeps from being stored or returned does not, so that more
 * may be recorded than the policies oblige to, never less.
 */
function obligationsDiffer(recorded: Explanation, { obligations }: Decision): Mismatch | null {
  const { labels, redact, mask } = recorded.obligations;
  if (sorted(labels.toSorted()) !== sorted(obligations.labels.toSorted()))
    return mismatch('replay_obligations', 'the labels', labels.join(', '), obligations.labels.join(', '));
  for (const [what, was, is] of [
    ['what is not stored', redact, obligations.redact],
    ['what is not returned', mask, obligations.mask],
  ] as const) {
    const left = is.find((path) => !was.includes(path));
    if (left !== undefined) return mismatch('replay_obligations', what, was.join(', '), is.join(', '));
  }
  return null;
}

interface Shown {
  readonly id: string;
  readonly effect: string;
  readonly text: string;
  readonly reads: readonly unknown[];
}

function shown({ id, effect, text, reads }: Shown): Shown {
  return { id, effect, text, reads };
}

function near(policy: Shown & { readonly failed: readonly string[] }) {
  return { ...shown(policy), failed: policy.failed };
}

const idsOf = (errors: readonly { readonly policy: string }[]): string[] =>
  errors.map(({ policy }) => policy).toSorted();

/** One text of a value, members in order of name: what was recorded was written by another order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function briefly(value: readonly unknown[]): string {
  const ids = value.map((one) =>
    typeof one === 'object' && one !== null && 'id' in one ? String(one.id) : String(one),
  );
  return ids.length === 0 ? 'none' : ids.join(', ');
}

function mismatch(code: Mismatch['code'], what: string, was: string, is: string): Mismatch {
  const message = was === is ? `${what} say something else than is recorded of them (${clip(is)})` : null;
  return {
    kind: 'mismatch',
    code,
    message: message ?? `${what}: recorded is \`${clip(was)}\`, and deciding again gives \`${clip(is)}\``,
  };
}

const clip = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

function parse(text: string | null): Explanation | null {
  try {
    return text === null ? null : (Explanation.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}
