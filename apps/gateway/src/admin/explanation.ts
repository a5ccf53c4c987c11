// Why a decision is what it is, in the one form that terminal, JSON and console show: of a recorded decision, read back,
// or of one that was only tried. What was recorded by another version and has not the shape is left out rather than
// guessed at; who can approve is told as the registry has it now.
import type { Decision } from '@countersign/policy';
import { z } from '@hono/zod-openapi';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Why } from './client.ts';

const policy = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  description: z.string().nullish().transform(orNull),
  owner: z.string().nullish().transform(orNull),
  text: z.string(),
  reads: z.array(z.object({ path: z.string(), value: z.unknown().optional() })),
});

const recorded = z.object({
  determining: z.array(policy).default([]),
  nearest: z.array(policy.extend({ failed: z.array(z.string()) })).default([]),
  guards: z
    .array(
      z.object({
        id: z.string(),
        group: z.string(),
        quorum: z.int(),
        reasonRequired: z.boolean(),
        expiresMs: z.int(),
      }),
    )
    .default([]),
  errors: z.array(z.object({ policy: z.string(), message: z.string() })).default([]),
  unrepresentable: z.array(z.object({ path: z.array(z.string()), why: z.string() })).default([]),
  obligations: z.object({ labels: z.array(z.string()) }).default({ labels: [] }),
});

/** Who can approve for a group. */
export type Approvers = (group: string) => Why['guards'][number]['approvers'];

/**
 * The people of a group who may approve a call: active, and not the one on whose behalf it is made. The agent's owner
 * counts, but never alone (DESIGN section 8).
 */
export function approversOf(
  { users }: Pick<RegistrySnapshot, 'users'>,
  { owner, subject }: { readonly owner: string | null; readonly subject: string | null },
): Approvers {
  const people = [...users.values()].filter(
    ({ active, name, email }) => active && name !== subject && email !== subject,
  );
  return (group) =>
    people
      .filter(({ groups }) => groups.includes(group))
      .map(({ name, email }) => ({ name, email, isOwner: name === owner }));
}

export function explanationOf(decision: Decision, approvers: Approvers): Why {
  return whyOf(recorded.parse(decision), approvers, decision.policySet, decision.schema);
}

/** Null where no policy was asked, or the explanation was erased or cannot be read. */
export function readExplanation(
  text: string | null,
  policySet: string | null,
  schema: string | null,
  approvers: Approvers,
): Why | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = recorded.safeParse(value);
  return parsed.success ? whyOf(parsed.data, approvers, policySet, schema) : null;
}

/** What the caller sent, as policies see it. */
const INPUT = /^context\.(?:input|meta|inputResponses)(?:\.|\[|$)/;

type Read = Why['determining'][number]['reads'][number];

const isOfInput = ({ path, value }: Read): boolean => value !== undefined && INPUT.test(path);

/** Whether a policy read anything that the caller sent. */
export function readsInput({ determining, nearest }: Why): boolean {
  return [...determining, ...nearest].some(({ reads }) => reads.some(isOfInput));
}

/** The same without the values that the caller sent: their paths stay, since the policies show those anyway. */
export function withoutInput(why: Why): Why {
  const blank = <P extends { readonly reads: readonly Read[] }>(policy: P) => ({
    ...policy,
    reads: policy.reads.map((read) =>
      isOfInput(read) ? { path: read.path, withheld: true as const } : read,
    ),
  });
  return { ...why, determining: why.determining.map(blank), nearest: why.nearest.map(blank) };
}

function whyOf(
  { obligations, guards, unrepresentable, ...rest }: z.infer<typeof recorded>,
  approvers: Approvers,
  policySet: string | null,
  schema: string | null,
): Why {
  return {
    ...rest,
    guards: guards.map((guard) => ({ ...guard, approvers: approvers(guard.group) })),
    unrepresentable: unrepresentable.map(({ path, why }) => ({ path: path.join('.'), why })),
    labels: obligations.labels,
    policySet,
    schema,
  };
}

function orNull(value: string | null | undefined): string | null {
  return value ?? null;
}
