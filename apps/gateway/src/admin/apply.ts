// Manifests that come in over the API: parsed, handed to the registry as one change, and refused with every problem.
import { describeProblem, type Problem } from '../config/problems.ts';
import { parseManifests } from '../registry/manifests.ts';
import type { ApplyResult } from './client.ts';
import type { AdminDeps } from './deps.ts';
import { Refusal } from './refusal.ts';

/** `user` is who asks. Throws a Refusal; then nothing was changed. */
export async function applyManifests(
  registry: AdminDeps['registry'],
  manifests: string,
  user: string,
): Promise<ApplyResult['changes']> {
  const parsed = parseManifests(manifests, null);
  if (!parsed.ok) throw invalid(parsed.error);
  const applied = await registry.applyManifests({ manifests: parsed.value }, { via: 'api', user });
  if (applied.ok) {
    const changed = new Map(
      applied.value.applied.map((change) => [`${change.kind}/${change.name}`, change.op]),
    );
    return parsed.value.map(({ manifest: { kind, metadata } }) => ({
      op: changed.get(`${kind}/${metadata.name}`) ?? 'unchanged',
      kind,
      name: metadata.name,
    }));
  }
  const { error } = applied;
  if (error.code === 'invalid') throw invalid(error.problems);
  throw new Refusal(error.code === 'conflict' ? 409 : 503, error.code, error.message);
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
