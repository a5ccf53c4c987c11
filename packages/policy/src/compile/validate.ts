// Strict validation of a whole set against the schema, with each finding put at its place in its file
// (DESIGN section 6, "One source of truth").

import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySchema } from '../schema/types.ts';
import type { Scratch } from './scratch.ts';
import { offsetOfByte, positionOf } from './split.ts';
import type { CompiledPolicy, Diagnostic, PolicySource } from './types.ts';

type Finding = ValidationError & { severity: 'error' | 'warning' };

/** Validates all policies in one go, or one by one where one of them kills the engine. */
export function validateSet(
  policies: readonly CompiledPolicy[],
  sources: readonly PolicySource[],
  schema: PolicySchema,
  scratch: Scratch,
): Diagnostic[] {
  const findings =
    validate(policies, schema, scratch) ??
    policies.flatMap((policy) => validate([policy], schema, scratch) ?? [tooComplex(policy)]);
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  return merge(
    findings.flatMap((finding) => {
      if (typeof finding === 'string') return [schemaDiagnostic(finding, sources)];
      const policy = byId.get(finding.policyId);
      return policy === undefined ? [] : [toDiagnostic(finding, policy, texts.get(policy.file) ?? '')];
    }),
  );
}

/** Null if the engine died of it; a text among the findings if the question itself was refused. */
function validate(
  policies: readonly CompiledPolicy[],
  { json }: PolicySchema,
  scratch: Scratch,
): (Finding | string)[] | null {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const answer = scratch.run((cedar) => cedar.validate({ schema: json, policies: { staticPolicies } }));
  if (answer === null) return null;
  if (answer.type === 'failure') return answer.errors.map(({ message }) => message);
  return [
    ...answer.validationErrors.map((error) => ({ ...error, severity: 'error' as const })),
    ...answer.validationWarnings.map((error) => ({ ...error, severity: 'warning' as const })),
  ];
}

function tooComplex({ id }: CompiledPolicy): Finding {
  const message = 'the policy is too complex for the engine; simplify its conditions';
  const error = { message, help: null, code: null, url: null, severity: null };
  return { policyId: id, error, severity: 'error' };
}

function schemaDiagnostic(message: string, sources: readonly PolicySource[]): Diagnostic {
  const file = sources[0]?.file ?? '';
  return { severity: 'error', file, line: 1, column: 1, message: `the schema does not hold: ${message}` };
}

function toDiagnostic({ error, severity }: Finding, policy: CompiledPolicy, text: string): Diagnostic {
  const inPolicy = offsetOfByte(policy.text, error.sourceLocations?.[0]?.start ?? 0);
  const start = offsetAt(text, policy.line, policy.column);
  const message = error.message.replace(/^for policy `[^`]*`, /, '');
  return {
    severity,
    file: policy.file,
    ...positionOf(text, start + inPolicy),
    policy: policy.id,
    message: [message, error.help, hintFor(message)].filter((part) => part !== null).join('; '),
  };
}

/** An unscoped policy speaks of servers as callers, too, which have little of what agents have. */
function hintFor(message: string): string | null {
  const ofServers = /on entity type `Server` not found|Action::"mcp:(?:sampling|elicitation|roots)\//.test(
    message,
  );
  return ofServers
    ? 'servers call their clients, too: to speak of agents only, write `principal is Agent`'
    : null;
}

function offsetAt(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

/** A policy over many actions errs in each: one finding per place says it, and says how many more there are. */
function merge(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = Map.groupBy(diagnostics, (d) =>
    JSON.stringify([d.severity, d.file, d.line, d.column, stem(d)]),
  );
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` (and in ${others.length} more ways like it)`;
    return [{ ...first, message: first.message + more }];
  });
}

/** The message without the action that it was found in. */
function stem({ message }: Diagnostic): string {
  return message.replaceAll(/Action::"(?:\\.|[^"\\])*"/g, 'Action');
}
