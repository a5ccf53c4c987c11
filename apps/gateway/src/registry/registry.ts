// Holds the registry of this node: the objects, and the snapshot that calls read. Changes go through one at a time;
// each is committed to the log before anybody sees it.
import type { Id } from '@countersign/audit';
import type { Problem } from '../config/problems.ts';
import { ok, type Result } from '../errors.ts';
import type { LogWriter } from '../store/types.ts';
import { type Actor, type AppliedChange, type Desired, type Plan, planChange } from './apply.ts';
import type { Commands } from './commands.ts';
import { type ObjectRow, type Objects, objectsOf } from './objects.ts';
import { problemsOfSecrets, type Secrets } from './secrets.ts';
import { buildSnapshot } from './snapshot.ts';
import type { RegistrySnapshot } from './types.ts';
import { problemsBetween } from './validate.ts';

export interface Applied {
  readonly applied: readonly AppliedChange[];
  readonly unchanged: number;
}

export type ApplyFailure =
  | { readonly code: 'invalid'; readonly problems: readonly Problem[] }
  /** Somebody else changed the same object in the store: read again and repeat. */
  | { readonly code: 'conflict'; readonly message: string }
  | { readonly code: 'log_unavailable'; readonly message: string };

/** What a change that somebody looked at before it is made brings with it. */
export interface Foreseen {
  /** Generations of its objects then, by `keyOfObject`; 0 where there was none. Any other now is a conflict. */
  readonly generations: ReadonlyMap<string, number>;
  /** The change that people agreed to; its writer closes it in the same commit. */
  readonly reviewed?: { readonly change: Id<'chg'>; readonly writer: LogWriter };
}

type RegistryListener = (snapshot: RegistrySnapshot, applied: readonly AppliedChange[]) => void;

export interface Registry {
  current(): RegistrySnapshot;
  /** The objects behind the snapshot, with manifests and generations. */
  objects(): Objects;
  /** Takes over what the store holds; at start, before anything is served. */
  load(rows: Iterable<ObjectRow>): Result<RegistrySnapshot, readonly Problem[]>;
  /** What the manifests would change now; nothing is changed. */
  preview(desired: Desired, actor: Actor): Result<Plan, readonly Problem[]>;
  applyManifests(desired: Desired, actor: Actor, foreseen?: Foreseen): Promise<Result<Applied, ApplyFailure>>;
  /** Upstreams whose secret is not there now. At start, after the folder was applied, any of them stops the start. */
  missingSecrets(): readonly Problem[];
  /** Why the command of this server must not be run; null where it may. */
  refusalToRun(server: string): string | null;
  /** Called after every change that was committed. Returns how to stop listening. */
  onChange(listener: RegistryListener): () => void;
}

export interface RegistryDeps {
  readonly writer: LogWriter;
  readonly secrets: Secrets;
  /** Without it, only the folder of manifests may name a command, and none is run. */
  readonly commands?: Commands;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createRegistry({ writer, secrets, commands, now }: RegistryDeps): Registry {
  let objects: Objects = new Map();
  let snapshot = buildSnapshot(objects);
  let queue: Promise<unknown> = Promise.resolve();
  const listeners = new Set<RegistryListener>();

  const planned = (desired: Desired, actor: Actor, change?: Id<'chg'>) =>
    planChange(objects, desired, { actor, now: now(), secrets, commands, change });

  async function applyNow(
    desired: Desired,
    actor: Actor,
    foreseen: Foreseen | undefined,
  ): Promise<Result<Applied, ApplyFailure>> {
    for (const [key, generation] of foreseen?.generations ?? [])
      if ((objects.get(key)?.generation ?? 0) !== generation) return { ok: false, error: overtaken };
    const plan = planned(desired, actor, foreseen?.reviewed?.change);
    if (!plan.ok) return { ok: false, error: { code: 'invalid', problems: plan.error } };
    const { applied, unchanged, entries, changes, preconditions } = plan.value;
    if (applied.length === 0) return ok({ applied, unchanged });
    // Built first: a registry that cannot be served must not be committed.
    const next = buildSnapshot(plan.value.objects);
    const by = foreseen?.reviewed?.writer ?? writer;
    const committed = await by.commit({ entries, changes, preconditions });
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
    preview: (desired, actor) => planned(desired, actor),
    applyManifests(desired, actor, foreseen) {
      const result = queue.then(() => applyNow(desired, actor, foreseen));
      queue = result.catch(() => undefined);
      return result;
    },
    missingSecrets: () =>
      [...objects.values()].flatMap(({ manifest }) => problemsOfSecrets(manifest, undefined, secrets)),
    refusalToRun: (server) =>
      commands === undefined ? 'nobody may name a command here' : commands.refusal(server, objects),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const overtaken: ApplyFailure = {
  code: 'conflict',
  message: 'the registry was changed meanwhile: read it again and repeat',
};

function failureOf(committed: Exclude<Awaited<ReturnType<LogWriter['commit']>>, { ok: true }>): ApplyFailure {
  switch (committed.code) {
    case 'precondition_failed':
      return overtaken;
    case 'conflict':
      return { code: 'conflict', message: committed.message };
    case 'log_unavailable':
      return {
        code: 'log_unavailable',
        message: `the audit log cannot be written, so nothing was changed: ${committed.message}`,
      };
  }
}
