// Strict validation of policies against the schema, with each finding put at its place in its file (DESIGN section 6,
// "One source of truth"). Each policy is shown only the actions that it can be about.

import type { SchemaJson, ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySchema } from '../schema/types.ts';
import { indexActions } from './action-index.ts';
import { chunksOf } from './chunks.ts';
import { bytesOf, offsetOfByte, positionWithin } from './lines.ts';
import type { Scratch } from './scratch.ts';
import { needsIn, sliceOf } from './slices.ts';
import type { CompiledPolicy, Diagnostic } from './types.ts';

const NO_ACTION = /unable to find an applicable action/;
const IMPOSSIBLE = /is impossible/;

/** Something that the engine has to say about a policy, at an offset of its text. */
interface Finding {
  readonly policy: CompiledPolicy;
  readonly offset: number;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly help: string | null;
}

/** An action that nobody knows is answered best with all others in sight, where the engine suggests the nearest. */
const MAX_SUGGESTIONS = 50;

/** What is to be said about these policies under this schema. */
export function validateSet(
  policies: readonly CompiledPolicy[],
  schema: PolicySchema,
  scratch: Scratch,
): Diagnostic[] {
  const index = indexActions(schema);
  const needsOf = needsIn(index);
  const isMistaken = ({ json, reads }: CompiledPolicy): boolean =>
    needsOf({ json, reads }).named.some((id) => !index.actions.has(id));
  const mistaken = new Set(policies.filter(isMistaken).slice(0, MAX_SUGGESTIONS));
  const others = policies.filter((policy) => !mistaken.has(policy));
  const findings = [
    ...validateEach([...mistaken], schema.json, scratch),
    ...chunksOf(others, needsOf).flatMap(({ policies, actions, named }) =>
      validateEach(policies, withActions(schema.json, sliceOf(index, actions, named)), scratch),
    ),
  ];
  return merge(findings.map(toDiagnostic));
}

/** Validates policies in one go, or one by one where one of them kills the engine. */
function validateEach(
  policies: readonly CompiledPolicy[],
  schema: SchemaJson<string>,
  scratch: Scratch,
): Finding[] {
  if (policies.length === 0) return [];
  return (
    validate(policies, schema, scratch) ??
    policies.flatMap((policy) => validate([policy], schema, scratch) ?? [problem(policy, TOO_COMPLEX)])
  );
}

const TOO_COMPLEX = 'the policy is too complex for the engine; simplify its conditions';

/** The whole vocabulary is one namespace. */
function withActions(
  json: SchemaJson<string>,
  actions: SchemaJson<string>[string]['actions'],
): SchemaJson<string> {
  return Object.fromEntries(
    Object.entries(json).map(([name, namespace]) => [name, { ...namespace, actions }]),
  );
}

/** Null if the engine died of it. */
function validate(
  policies: readonly CompiledPolicy[],
  schema: SchemaJson<string>,
  scratch: Scratch,
): Finding[] | null {
  // WHY one text: the engine takes a third of the time for it. It numbers the policies in their order.
  const staticPolicies = policies.map(({ text }) => text).join('\n');
  const answer = scratch.run((cedar) => cedar.validate({ schema, policies: { staticPolicies } }));
  if (answer === null) return null;
  if (answer.type === 'failure') {
    const why = answer.errors.map(({ message }) => message).join('; ');
    return policies.map((policy) => problem(policy, `the engine refused to validate it: ${why}`));
  }
  const { validationErrors, validationWarnings } = answer;
  if (validationErrors.length + validationWarnings.length === 0) return [];
  const starts = startsOf(policies);
  return [
    ...validationErrors.flatMap((error) => findingOf(error, 'error', policies, starts)),
    ...validationWarnings.flatMap((error) => findingOf(error, 'warning', policies, starts)),
  ];
}

/** Where each policy begins in the text of all, in bytes. */
function startsOf(policies: readonly CompiledPolicy[]): number[] {
  const starts = [0];
  for (const { text } of policies) starts.push((starts.at(-1) ?? 0) + bytesOf(text) + 1);
  return starts;
}

function findingOf(
  { policyId, error }: ValidationError,
  severity: Finding['severity'],
  policies: readonly CompiledPolicy[],
  starts: readonly number[],
): Finding[] {
  const at = Number(policyId.replace(/^policy/, ''));
  // SECURITY: an error must not be lost because nobody knows whose it is.
  const policy = policies[at] ?? policies[0];
  if (policy === undefined) return [];
  const start = error.sourceLocations?.[0]?.start;
  const offset = start === undefined ? 0 : offsetOfByte(policy.text, start - (starts[at] ?? 0));
  return [{ policy, offset, severity, message: error.message, help: error.help }];
}

function problem(policy: CompiledPolicy, message: string): Finding {
  return { policy, offset: 0, severity: 'error', message, help: null };
}

function toDiagnostic(finding: Finding): Diagnostic {
  const { policy, offset, severity, help } = finding;
  const { file, line, column, text, template } = policy;
  // A link stands in another file than its text, which is its template's.
  const place = template === undefined ? positionWithin({ line, column }, text, offset) : { line, column };
  const message = finding.message.replace(/^for policy `[^`]*`, /, '');
  const origin =
    template === undefined
      ? null
      : `the template \`${template.id}\` stands in \`${template.file}\`, line ${template.line}`;
  return {
    severity,
    file,
    ...place,
    policy: policy.id,
    message: [message, help, hintFor(message), origin].filter((part) => part !== null).join('; '),
  };
}

function hintFor(message: string): string | null {
  if (NO_ACTION.test(message) || IMPOSSIBLE.test(message))
    return 'it can never apply: correct its scope or its conditions, or take it out';
  // An unscoped policy speaks of servers as callers, too, which have little of what agents have.
  const ofServers = /on entity type `Server` not found|Action::"mcp:(?:sampling|elicitation|roots)\//.test(
    message,
  );
  return ofServers
    ? 'servers call their clients, too: to speak of agents only, write `principal is Agent`'
    : null;
}

/** A policy over many actions errs in each: one finding per place says it, and that there are more. */
function merge(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = Map.groupBy(diagnostics, (d) =>
    JSON.stringify([d.severity, d.file, d.line, d.column, d.policy, stem(d)]),
  );
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ' (and for other actions alike)';
    return [{ ...first, message: first.message + more }];
  });
}

/** The message without the action that it was found in. */
function stem({ message }: Diagnostic): string {
  return message.replaceAll(/Action::"(?:\\.|[^"\\])*"/g, 'Action');
}

/** Of a policy that is about no action the engine also says that it is impossible: once is enough. */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const about = diagnostics.filter(({ message }) => NO_ACTION.test(message)).map(({ policy }) => policy);
  const pointless = new Set(about);
  return diagnostics.filter(({ policy, message }) => !IMPOSSIBLE.test(message) || !pointless.has(policy));
}
