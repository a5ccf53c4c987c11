// Keeps the one policy set in force: from a watched folder (the single-node development mode of the design) or from the
// store, into which only agreed changes put one. A set goes live only when it validates; until then the one before it
// stays, and what is wrong is told.
import {
  type Diagnostic,
  type PolicySchema,
  type PolicySource,
  type SchemaInput,
  toolAction,
} from '@countersign/policy';
import { ok } from '../errors.ts';
import type { PolicySetRecord } from '../store/readers/policies.ts';
import type { LogWriter } from '../store/types.ts';
import { createTurns } from '../turns.ts';
import { activation, type Origin, refusedEntry } from './activation.ts';
import {
  compileWanted,
  describeDiagnostics,
  keepInForce,
  readWanted,
  sourcesOf,
  type Wanted,
} from './candidate.ts';
import type { Valid } from './compile-job.ts';
import { diffSets, type SetToCompare } from './diff.ts';
import { PolicyFolderError } from './folder.ts';
import { brokenText, createForce, type InForce } from './in-force.ts';
import type { Publisher, PublisherDeps, PublisherStatus, PublishFailure } from './publisher-types.ts';
import { digestOf, typesOf, versionOf } from './schema-version.ts';
import { sha256Hex } from './sha256.ts';
import { packInput, unpackInput } from './typed-by.ts';

const nobody = { change: null, message: '', reviewers: [] } as const;
const BY_FOLDER: Origin = { ...nobody, cause: 'folder', author: 'folder' };
const BY_FIRST_START: Origin = {
  ...nobody,
  cause: 'published',
  author: 'first start',
  message: 'nothing has been published yet: everything is denied',
};
const BY_TOOLS: Origin = {
  ...nobody,
  cause: 'schema',
  author: 'gateway',
  message: 'the tools or groups that the set speaks of have changed',
};

interface Stored {
  readonly digest: string;
  readonly sources: readonly PolicySource[];
}

export function createPublisher(deps: PublisherDeps): Publisher {
  const force = createForce(deps);
  let refusal: PublisherStatus['refusal'] = null;
  let refusedBefore = '';
  let isBehind = false;
  /** What was last looked at and dealt with: while it is the same, there is nothing to do. */
  let settled = '';
  const turns = createTurns();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => turns('', work);

  const reload = async (): Promise<void> => {
    const input = deps.schemaInput();
    const version = versionOf(input);
    const stored = storedOf(await deps.reads.active());
    const wanted = deps.folder === null ? (stored?.sources ?? []) : await readWanted(deps.folder);
    const seen = keyOf(version, wanted);
    if (seen === settled) return;
    settled = '';
    const isSettled = await settle(wanted, stored, input, version);
    if (isSettled) settled = seen;
  };

  const settle = async (
    wanted: Wanted,
    stored: Stored | null,
    input: SchemaInput,
    version: string,
  ): Promise<boolean> => {
    const now = force.current();
    const isTyped = now?.set.digest === stored?.digest && now?.version === version;
    const keep =
      stored === null || isTyped
        ? null
        : { sources: stored.sources, before: await typedBefore(stored, input) };
    const isInForce = stored !== null && JSON.stringify(wanted) === JSON.stringify(stored.sources);
    const accept = async (valid: Valid, sources: readonly PolicySource[], origin: Origin) => {
      if (!(await activate({ ...valid, sources, version, types: typesOf(input) }, input, origin, stored)))
        return false;
      recovered();
      return true;
    };
    // Sources that are in force are not refused: the tools changed under them, and those are denied that no longer fit.
    if (isInForce) {
      if (keep === null) {
        recovered();
        isBehind = false;
        return true;
      }
      const kept = await keepInForce(deps.compiler, input, keep);
      return kept.ok
        ? accept(kept.valid, stored.sources, BY_TOOLS)
        : refuse(kept.diagnostics, stored.sources);
    }
    const candidate = await compileWanted(deps.compiler, wanted, input, keep);
    if (candidate.ok)
      return accept(candidate.valid, sourcesOf(wanted), deps.folder === null ? BY_FIRST_START : BY_FOLDER);
    const isTold = await refuse(candidate.diagnostics, sourcesOf(wanted));
    if (candidate.kept === null || stored === null) return isTold;
    const next = { ...candidate.kept, sources: stored.sources, version, types: typesOf(input) };
    return (await activate(next, input, BY_TOOLS, stored)) && isTold;
  };

  /** What the stored set is in force with, or was when it went live. */
  const typedBefore = async ({ digest }: Stored, input: SchemaInput): Promise<PolicySchema | SchemaInput> => {
    const now = force.current();
    if (now?.set.digest === digest) return now.schema;
    const packed = await deps.reads.typedBy(digest);
    return packed === null ? input : unpackInput(packed);
  };

  /** Records a set unless it is on record as it is, and makes it the one in force. */
  const activate = async (
    next: InForce,
    input: SchemaInput,
    origin: Origin,
    stored: Stored | null,
  ): Promise<boolean> => {
    const [last] = await deps.reads.versions(1);
    const isKnown = next.set.digest === stored?.digest;
    if (!isKnown || brokenText(next.schema.broken) !== (last?.broken ?? '[]')) {
      const result = await record(next, input, isKnown ? BY_TOOLS : origin, stored, deps.writer);
      if (!result.ok) {
        const set = next.set.digest.slice(0, 12);
        deps.tell(`the policy set ${set} could not be recorded, so it is not in force`);
        isBehind = true;
        return false;
      }
    }
    isBehind = !force.take(next);
    return !isBehind;
  };

  const record = async (
    next: InForce,
    input: SchemaInput,
    origin: Origin,
    stored: Stored | null,
    writer: LogWriter,
  ) => {
    const [last] = await deps.reads.versions(1);
    const written = {
      digest: next.set.digest,
      schema: next.schema.digest,
      sources: next.sources,
      typedBy: packInput(input),
      diff: diffSets(liveSide(stored), next),
      broken: brokenText(next.schema.broken),
      origin,
    };
    return writer.commit(activation(written, stored?.digest ?? null, last ?? null, deps.now()));
  };

  const liveSide = (stored: Stored | null): SetToCompare => {
    if (stored === null) return { sources: [], set: { policies: [] } };
    const now = force.current();
    return { sources: stored.sources, set: now?.set.digest === stored.digest ? now.set : null };
  };

  /** Nothing is refused any more: who read the complaint reads this, too. */
  const recovered = (): void => {
    if (refusal !== null)
      deps.tell('what was refused is corrected or gone: the policies are as they should be');
    [refusal, refusedBefore] = [null, ''];
  };

  /** Whether it is on record. */
  const refuse = async (
    diagnostics: readonly Diagnostic[],
    sources: readonly PolicySource[],
  ): Promise<boolean> => {
    const text = JSON.stringify(diagnostics);
    refusal = { at: deps.now(), diagnostics };
    // Looked at again and again, the same complaint is one entry.
    if (text === refusedBefore) return true;
    refusedBefore = text;
    const now = force.current();
    deps.tell(describeDiagnostics(diagnostics));
    deps.tell(
      now === null
        ? 'no policy set is in force: everything is denied'
        : 'the policy set before it stays in force',
    );
    const entry = refusedEntry(now?.set.digest ?? null, diagnostics, sources);
    const recorded = await deps.writer.commit({ entries: [entry] });
    if (!recorded.ok) refusedBefore = '';
    return recorded.ok;
  };

  const publish: Publisher['publish'] = async (agreed, origin, writer) => {
    const input = deps.schemaInput();
    const stored = storedOf(await deps.reads.active());
    if ((stored?.digest ?? null) !== agreed.base) return overtaken();
    const candidate = await compileWanted(deps.compiler, agreed.sources, input, null);
    if (!candidate.ok)
      return no('invalid', `it no longer validates:\n${describeDiagnostics(candidate.diagnostics)}`);
    const { valid } = candidate;
    if (valid.set.digest !== agreed.digest)
      return no('invalid', 'it compiles to another set than the one that was agreed to: propose it again');
    const version = versionOf(input);
    const next: InForce = { ...valid, sources: agreed.sources, version, types: typesOf(input) };
    const result = await record(next, input, origin, stored, writer);
    if (!result.ok) {
      return result.code === 'log_unavailable'
        ? no('unavailable', 'the audit log cannot be written, so nothing was changed')
        : overtaken();
    }
    isBehind = !force.take(next);
    if (!isBehind) settled = keyOf(version, agreed.sources);
    return ok(null);
  };

  return {
    reload: () => inTurn(reload),
    publish: (agreed, origin, writer) => inTurn(() => publish(agreed, origin, writer)),
    async examine(sources) {
      const input = deps.schemaInput();
      const candidate = await compileWanted(deps.examiner ?? deps.compiler, sources, input, null);
      const stored = storedOf(await deps.reads.active());
      const base = stored?.digest ?? null;
      if (!candidate.ok) return { set: null, diagnostics: candidate.diagnostics, diff: [], base };
      const { set, diagnostics } = candidate.valid;
      return { set, diagnostics, diff: diffSets(liveSide(stored), { sources, set }), base };
    },
    isTyped: (server, { name, inputSchema }) =>
      force.current()?.types.get(toolAction(server, name)) === digestOf(inputSchema),
    status() {
      const now = force.current();
      return {
        active: now?.set.digest ?? null,
        schema: now?.schema.digest ?? null,
        refusal,
        warnings: now?.diagnostics ?? [],
        isBehind,
        broken: now?.schema.broken ?? new Map(),
      };
    },
  };
}

function storedOf(record: PolicySetRecord | null): Stored | null {
  return record === null
    ? null
    : { digest: record.digest, sources: JSON.parse(record.sources) as PolicySource[] };
}

function keyOf(version: string, wanted: Wanted): string {
  const text = wanted instanceof PolicyFolderError ? wanted.message : JSON.stringify(wanted);
  return `${version} ${sha256Hex(text)}`;
}

function no(code: PublishFailure['code'], message: string): { ok: false; error: PublishFailure } {
  return { ok: false, error: { code, message } };
}

function overtaken(): { ok: false; error: PublishFailure } {
  return no(
    'conflict',
    'another policy set went live since this one was proposed: look at what it changes now, and propose it again',
  );
}
