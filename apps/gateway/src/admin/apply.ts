// Manifests that come in over the API: parsed, handed to the registry as one change, and refused with every problem.
import { describeProblem, type Problem } from '../config/problems.ts';
import { parseManifests } from '../registry/manifests.ts';
import type { ApplyResult } from './client.ts';
import type { SubmitFailure } from '../registry/review/desk.ts';
import type { AdminDeps } from './deps.ts';
import { Refusal } from './refusal.ts';
import { CHANGE_STATUS } from './routes/changes.ts';

/** `user` is who asks. Throws a Refusal; then nothing was changed, unless its message says so. */
export async function applyManifests(
  desk: AdminDeps['registryDesk'],
  manifests: string,
  { user, message }: { readonly user: string; readonly message: string },
): Promise<ApplyResult> {
  const parsed = parseManifests(manifests, null);
  if (!parsed.ok) throw invalid(parsed.error);
  const submitted = await desk.submit({ manifests: parsed.value, author: user, message });
  if (!submitted.ok) throw refusalOf(submitted.error);
  const { applied, proposed, change } = submitted.value;
  const opOf = new Map(applied.map(({ kind, name, op }) => [`${kind}/${name}`, op] as const));
  const waiting = new Set(proposed.map(({ kind, name }) => `${kind}/${name}`));
  const changes = parsed.value.flatMap(({ manifest: { kind, metadata } }): ApplyResult['changes'] => {
    const { name } = metadata;
    const op = opOf.get(`${kind}/${name}`);
    if (!waiting.has(`${kind}/${name}`)) return [{ op: op ?? 'unchanged', kind, name }];
    // Of one object a part may be in force (a quarantine) while the rest waits: both are told.
    return [...(op === undefined ? [] : [{ op, kind, name }]), { op: 'proposed', kind, name }];
  });
  return { changes, change: change?.id ?? null };
}

export function refusalOf(error: SubmitFailure): Refusal {
  if (error.kind === 'apply') {
    const { failure } = error;
    if (failure.code === 'invalid') return invalid(failure.problems);
    return new Refusal(failure.code === 'conflict' ? 409 : 503, failure.code, failure.message);
  }
  const { refusal, applied } = error;
  const names = applied.map(({ kind, name }) => `${kind} \`${name}\``).join(', ');
  const already = applied.length === 0 ? '' : `; what needs nobody's agreement is in force: ${names}`;
  return new Refusal(CHANGE_STATUS[refusal.code], refusal.code, `${refusal.message}${already}`);
}

function invalid(problems: readonly Problem[]): Refusal {
  const told = problems.map((problem) => `${place(problem)}${describeProblem({ ...problem, source: null })}`);
  return new Refusal(400, 'invalid_manifest', told.join('\n'));
}

/** There is no file behind a request: line and document place the problem. */
function place({ line, document }: Problem): string {
  if (line === null) return '';
  return document === null ? `line ${line}: ` : `document ${document}, line ${line}: `;
}
