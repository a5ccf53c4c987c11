// Holds the registry of this node: the objects, and the snapshot that calls read. Changes go through one at a time;
// each is committed to the log before anybody sees it.
import type { Problem } from '../config/problems.ts';
import { ok, type Result } from '../errors.ts';
import type { LogWriter } from '../store/types.ts';
import { type Actor, type AppliedChange, type Desired, planChange } from './apply.ts';
import { type ObjectRow, type Objects, objectsOf } from './objects.ts';
import { problemsOfSecrets, type Secrets } from './secrets.ts';
import { buildSnapshot } from './snapshot.ts';
import type { RegistrySnapshot } from './types.ts';
import { problemsBetween } from './validate.ts';

interface Applied {
  readonly applied: readonly AppliedChange[];
  readonly unchanged: number;
}

type ApplyFailure =
  | { readonly code: 'invalid'; readonly problems: readonly Problem[] }
  /** Somebody else changed the same object in the store: read again and repeat. */
  | { readonly code: 'conflict'; readonly message: string }
  | { readonly code: 'log_unavailable'; readonly message: string };

type RegistryListener = (snapshot: RegistrySnapshot, applied: readonly AppliedChange[]) => void;

export interface Registry {
  current(): RegistrySnapshot;
  /** The objects behind the snapshot, with manifests and generations. */
  objects(): Objects;
  /** Takes over what the store holds; at start, before anything is served. */
  load(rows: Iterable<ObjectRow>): Result<RegistrySnapshot, readonly Problem[]>;
  applyManifests(desired: Desired, actor: Actor): Promise<Result<Applied, ApplyFailure>>;
  /** Upstreams whose secret is not there now. At start, after the folder was applied, any of them stops the start. */
  missingSecrets(): readonly Problem[];
  /** Called after every change that was committed. Returns how to stop listening. */
  onChange(listener: RegistryListener): () => void;
}

export interface RegistryDeps {
  readonly writer: LogWriter;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createRegistry({ writer, secrets, now }: RegistryDeps): Registry {
  let objects: Objects = new Map();
  let snapshot = buildSnapshot(objects);
  let queue: Promise<unknown> = Promise.resolve();
  const listeners = new Set<RegistryListener>();

  async function applyNow(desired: Desired, actor: Actor): Promise<Result<Applied, ApplyFailure>> {
    const plan = planChange(objects, desired, { actor, now: now(), secrets });
    if (!plan.ok) return { ok: false, error: { code: 'invalid', problems: plan.error } };
    const { applied, unchanged, entries, changes, preconditions } = plan.value;
    if (applied.length === 0) return ok({ applied, unchanged });
    // Built first: a registry that cannot be served must not be committed.
    const next = buildSnapshot(plan.value.objects);
    const committed = await writer.commit({ entries, changes, preconditions });
    if (!committed.ok) return { ok: false, error: failureOf(committed) };
    objects = plan.value.objects;
    snapshot = next;
    for (const listener of listeners) listener(snapshot, applied);
    return ok({ applied, unchanged });
  }

  return {
    current: () => snapshot,
    objects: () => objects,
    load(rows) {
      const loaded = objectsOf(rows);
      if (!loaded.ok) return loaded;
      const problems = problemsBetween(loaded.value, (kind, name) => ({
        source: `the stored ${kind} \`${name}\``,
        document: null,
        lineOf: () => null,
      }));
      if (problems.length > 0) return { ok: false, error: problems };
      objects = loaded.value;
      snapshot = buildSnapshot(objects);
      return ok(snapshot);
    },
    applyManifests(desired, actor) {
      const result = queue.then(() => applyNow(desired, actor));
      queue = result.catch(() => undefined);
      return result;
    },
    missingSecrets: () =>
      [...objects.values()].flatMap(({ manifest }) => problemsOfSecrets(manifest, undefined, secrets)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function failureOf(committed: Exclude<Awaited<ReturnType<LogWriter['commit']>>, { ok: true }>): ApplyFailure {
  switch (committed.code) {
    case 'precondition_failed':
      return { code: 'conflict', message: 'the registry was changed meanwhile: read it again and repeat' };
    case 'conflict':
      return { code: 'conflict', message: committed.message };
    case 'log_unavailable':
      return {
        code: 'log_unavailable',
        message: `the audit log cannot be written, so nothing was changed: ${committed.message}`,
      };
  }
}
