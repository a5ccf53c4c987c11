// Brings policy into force in the single-node development mode of the design: a folder of files becomes the store's
// active set. A set goes live only when it validates; until then the one before it stays, and what is wrong is told.
import type { CompileResult, Diagnostic, Engine, PolicySchema, PolicySource } from '@countersign/policy';
import type { EntryDraft } from '@countersign/audit';
import { asDigest } from '../digest.ts';
import { PolicyFolderError } from './folder.ts';
import type { Awaitable, Change, LogWriter } from '../store/types.ts';

export interface PublisherDeps {
  readonly engine: Engine;
  readonly compile: (sources: readonly PolicySource[], schema: PolicySchema) => CompileResult;
  readonly buildSchema: () => PolicySchema;
  readonly writer: LogWriter;
  readonly activeSet: () => Awaitable<{
    readonly digest: string;
    readonly sources: readonly PolicySource[];
  } | null>;
  /** The watched folder's files; null where no folder is configured. */
  readonly folder: (() => Promise<readonly PolicySource[]>) | null;
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

export interface PolicyStatus {
  /** Digest of the set in force; null while none is: then everything is denied. */
  readonly active: string | null;
  readonly schema: string | null;
  readonly sources: readonly PolicySource[];
  /** Why the newest sources are not in force; null when they are. */
  readonly refusal: { readonly at: number; readonly diagnostics: readonly Diagnostic[] } | null;
  readonly warnings: readonly Diagnostic[];
  /** The newest sources are valid and yet not in force: they could not be recorded, or the engine did not take them. */
  readonly isBehind: boolean;
}

export interface Publisher {
  /** Looks at sources, tools and registry again; resolves when what should be in force is, or was refused. */
  reload(): Promise<void>;
  status(): PolicyStatus;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  let status: PolicyStatus = {
    active: null,
    schema: null,
    sources: [],
    refusal: null,
    warnings: [],
    isBehind: false,
  };
  let refusedBefore = '';
  let turn: Promise<void> = Promise.resolve();

  const reload = async (): Promise<void> => {
    const schema = deps.buildSchema();
    const stored = await deps.activeSet();
    const wanted = deps.folder === null ? (stored?.sources ?? []) : await readable(deps.folder);
    const candidate = 'file' in wanted ? unreadable(wanted) : deps.compile(wanted, schema);
    const sources = 'file' in wanted ? [] : wanted;
    if (candidate.ok) {
      await activate(candidate, sources, schema, stored?.digest ?? null);
      return;
    }
    await tellRefusal(candidate.diagnostics, sources);
    // The tools may have changed under the set in force: it is validated again for what they are now.
    if (stored !== null && status.schema !== schema.digest) {
      const kept = deps.compile(stored.sources, schema);
      if (kept.ok) await activate(kept, stored.sources, schema, stored.digest, status.refusal);
    }
  };

  const activate = async (
    { set, diagnostics }: Extract<CompileResult, { ok: true }>,
    sources: readonly PolicySource[],
    schema: PolicySchema,
    stored: string | null,
    refusal: PolicyStatus['refusal'] = null,
  ): Promise<void> => {
    if (set.digest !== stored) {
      const result = await deps.writer.commit({
        entries: [activatedEntry(set.digest, stored, schema.digest, sources)],
        changes: activeRows(set.digest, stored, sources, deps.now()),
      });
      if (!result.ok) {
        deps.tell(`the policy set ${set.digest.slice(0, 12)} could not be recorded, so it is not in force`);
        status = { ...status, isBehind: true };
        return;
      }
    }
    if (status.active !== set.digest || status.schema !== schema.digest) {
      const loaded = deps.engine.load(set, schema);
      if (!loaded.ok) {
        deps.tell(`the policy engine did not take the set: ${loaded.message}`);
        status = { ...status, isBehind: true };
        return;
      }
      deps.tell(`policy set ${set.digest.slice(0, 12)} is in force (${set.policies.length} policies)`);
    }
    if (refusal === null) refusedBefore = '';
    const inForce = { active: set.digest, schema: schema.digest, sources, warnings: diagnostics };
    status = { ...inForce, refusal, isBehind: false };
  };

  const tellRefusal = async (
    diagnostics: readonly Diagnostic[],
    sources: readonly PolicySource[],
  ): Promise<void> => {
    const text = JSON.stringify(diagnostics);
    status = { ...status, refusal: { at: deps.now(), diagnostics } };
    // The folder is looked at again and again; the same complaint is one entry.
    if (text === refusedBefore) return;
    refusedBefore = text;
    for (const { file, line, column, message, severity } of diagnostics)
      deps.tell(`${file}:${line}:${column}: ${severity}: ${message}`);
    deps.tell(
      status.active === null
        ? 'no policy set is in force: everything is denied'
        : 'the policy set before it stays in force',
    );
    const recorded = await deps.writer.commit({ entries: [refusedEntry(status.active, text, sources)] });
    if (!recorded.ok) refusedBefore = '';
  };

  return {
    reload() {
      turn = turn.then(reload, reload);
      return turn;
    },
    status: () => status,
  };
}

async function readable(
  folder: () => Promise<readonly PolicySource[]>,
): Promise<readonly PolicySource[] | PolicyFolderError> {
  try {
    return await folder();
  } catch (error) {
    if (error instanceof PolicyFolderError) return error;
    throw error;
  }
}

function unreadable({ file, message }: PolicyFolderError): Extract<CompileResult, { ok: false }> {
  return { ok: false, diagnostics: [{ severity: 'error', file, line: 1, column: 1, message }] };
}

function activatedEntry(
  set: string,
  previous: string | null,
  schema: string,
  sources: readonly PolicySource[],
): EntryDraft<'policy.activated'> {
  return {
    kind: 'policy.activated',
    call: null,
    agent: null,
    chain: null,
    body: {
      set: asDigest(set),
      previous: previous === null ? null : asDigest(previous),
      schema: asDigest(schema),
      cause: 'folder',
      change: null,
    },
    details: { sources: JSON.stringify(sources), author: 'folder' },
  };
}

function refusedEntry(
  active: string | null,
  diagnostics: string,
  sources: readonly PolicySource[],
): EntryDraft<'policy.refused'> {
  return {
    kind: 'policy.refused',
    call: null,
    agent: null,
    chain: null,
    body: { active: active === null ? null : asDigest(active) },
    details: { diagnostics, sources: JSON.stringify(sources) },
  };
}

function activeRows(
  digest: string,
  previous: string | null,
  sources: readonly PolicySource[],
  now: number,
): Change[] {
  return [
    ...(previous === null
      ? []
      : [{ update: 'policy_sets', set: { active: 0 }, where: { digest: previous } } as const]),
    {
      put: 'policy_sets',
      row: { digest, sources: JSON.stringify(sources), author: 'folder', activated_at: now, active: 1 },
    },
  ];
}
