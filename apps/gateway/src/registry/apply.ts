// Declared manifests against the registered objects -> one change: what is recorded, what the store changes, and what
// must still hold when it does. Pure. What is already so produces nothing, so applying twice is applying once.
import { type EntryDraft, type Id, newId } from '@countersign/audit';
import { type Problem, showValue } from '../config/problems.ts';
import { ok, type Result } from '../errors.ts';
import type { Change, Precondition } from '../store/types.ts';
import { type Commands, createCommands } from './commands.ts';
import type { LocatedManifest, Origin } from './manifests.ts';
import { type Kind, KIND_FACTS } from './names.ts';
import { canonicalManifest, columnsOf, keyOfObject, type Objects, type StoredObject } from './objects.ts';
import type { Manifest } from './schema.ts';
import { problemsOfSecrets, type Secrets } from './secrets.ts';
import { problemsBetween } from './validate.ts';

export interface ObjectRef {
  readonly kind: Kind;
  readonly name: string;
}

export interface Desired {
  readonly manifests: readonly LocatedManifest[];
  /** Only what is named here is deleted: leaving an object out of the manifests never deletes it. */
  readonly remove?: readonly ObjectRef[];
}

/** Who changed the registry: the folder at start, or a person through the admin API. */
export interface Actor {
  readonly via: 'folder' | 'api';
  /** Registry name of the person; null for the folder. */
  readonly user: string | null;
  /** Why, where that person said so; recorded with the change. */
  readonly message?: string;
}

export interface AppliedChange extends ObjectRef {
  readonly op: 'created' | 'updated' | 'deleted';
  readonly uid: string;
}

export interface Plan {
  readonly entries: readonly EntryDraft<'registry.changed'>[];
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
  /** The registry after the change. */
  readonly objects: Objects;
  readonly applied: readonly AppliedChange[];
  readonly unchanged: number;
}

export interface PlanOptions {
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly secrets: Secrets;
  /** Whose word makes the gateway run a command; without it, the folder's alone. */
  readonly commands?: Commands | undefined;
  /** The reviewed change that this is; none for one that nobody had to agree to. */
  readonly change?: Id<'chg'> | undefined;
}

const FOLDER_ONLY = createCommands('folder');

/** Fails with every problem found, and then nothing at all is to be changed. */
export function planChange(
  current: Objects,
  desired: Desired,
  options: PlanOptions,
): Result<Plan, readonly Problem[]> {
  const origins = new Map<string, Origin>();
  const problems: Problem[] = [];
  const objects = new Map(current);
  const steps: Step[] = [];
  let unchanged = 0;

  for (const { manifest, origin } of desired.manifests) {
    const key = keyOfObject(manifest.kind, manifest.metadata.name);
    const twin = origins.get(key);
    if (twin !== undefined) {
      problems.push(problemOfTwin(manifest, origin, twin));
      continue;
    }
    origins.set(key, origin);
    problems.push(...problemsOfSecrets(manifest, origin, options.secrets));
    const commands = options.commands ?? FOLDER_ONLY;
    problems.push(...commands.problemsOf({ manifest, origin }, options.actor.via));
    const before = current.get(key);
    const after = successor(before, manifest);
    if (before !== undefined && canonicalManifest(before.manifest) === canonicalManifest(after.manifest)) {
      unchanged++;
      continue;
    }
    objects.set(key, after);
    steps.push({ before, after });
  }
  for (const ref of desired.remove ?? []) {
    const key = keyOfObject(ref.kind, ref.name);
    const before = current.get(key);
    if (before === undefined || origins.has(key)) {
      problems.push(problemOfRemoval(ref, before !== undefined));
      continue;
    }
    objects.delete(key);
    steps.push({ before, after: undefined });
  }

  problems.push(...problemsBetween(objects, (kind, name) => origins.get(keyOfObject(kind, name))));
  if (problems.length > 0) return { ok: false, error: problems };
  return ok({
    entries: steps.map((step) => entryOf(step, options)),
    changes: steps.map((step) => changeOf(step, options.now)),
    preconditions: steps.map(preconditionOf),
    objects,
    applied: steps.map(refOf),
    unchanged,
  });
}

type Step =
  | { readonly before: StoredObject | undefined; readonly after: StoredObject }
  | { readonly before: StoredObject; readonly after: undefined };

function successor(before: StoredObject | undefined, manifest: Manifest): StoredObject {
  const uid = before?.uid ?? newId(KIND_FACTS[manifest.kind].prefix);
  const generation = (before?.generation ?? 0) + 1;
  return { uid, generation, manifest: withStatus(manifest, before?.manifest) } as StoredObject;
}

// SECURITY: a manifest that says nothing of the status must not lift a quarantine when its folder is read again.
function withStatus(manifest: Manifest, before: Manifest | undefined): Manifest {
  if (manifest.kind !== 'Agent' || manifest.spec.status !== undefined) return manifest;
  const status = (before?.kind === 'Agent' ? before.spec.status : undefined) ?? 'active';
  return { ...manifest, spec: { ...manifest.spec, status } };
}

function refOf({ before, after }: Step): AppliedChange {
  const object = after ?? before;
  const { kind, metadata } = object.manifest;
  const op = after === undefined ? 'deleted' : before === undefined ? 'created' : 'updated';
  return { op, kind, name: metadata.name, uid: object.uid };
}

function entryOf(step: Step, { actor, change }: PlanOptions): EntryDraft<'registry.changed'> {
  const { before, after } = step;
  const object = after ?? before;
  return {
    kind: 'registry.changed',
    call: null,
    agent: null,
    chain: null,
    body: {
      op: refOf(step).op,
      object: KIND_FACTS[object.manifest.kind].object,
      uid: object.uid,
      change: change ?? null,
    },
    details: {
      before: before === undefined ? undefined : canonicalManifest(before.manifest),
      after: after === undefined ? undefined : canonicalManifest(after.manifest),
      actor: JSON.stringify(actor),
    },
  };
}

function changeOf(step: Step, now: number): Change {
  const { kind, name, uid } = refOf(step);
  if (step.after === undefined) return { remove: 'objects', where: { kind, name } };
  const columns = columnsOf(step.after, now);
  return step.before === undefined
    ? { insert: 'objects', row: { kind, name, uid, ...columns } }
    : { update: 'objects', set: columns, where: { kind, name } };
}

function preconditionOf(step: Step): Precondition {
  const { kind, name, uid } = refOf(step);
  return step.before === undefined
    ? { table: 'objects', where: { kind, name }, expect: 'absent' }
    : { table: 'objects', where: { kind, name, uid, generation: step.before.generation }, expect: 'exists' };
}

function problemOfTwin({ kind, metadata }: Manifest, origin: Origin, twin: Origin): Problem {
  const where = twin.source === null ? 'before' : `in \`${twin.source}\` at line ${twin.lineOf([]) ?? 1}`;
  return {
    source: origin.source,
    document: origin.document,
    line: origin.lineOf(['metadata', 'name']),
    key: 'metadata.name',
    message: `${kind} \`${metadata.name}\` is declared twice, first ${where}: keep one of the two`,
  };
}

function problemOfRemoval({ kind, name }: ObjectRef, exists: boolean): Problem {
  const message = exists
    ? `${kind} \`${name}\` is both declared and to be deleted: decide for one`
    : `${kind} \`${showValue(name)}\` cannot be deleted: there is no such object`;
  return { source: null, document: null, line: null, key: '', message };
}
