// Runs a candidate beside the set in force: what was decided and durably recorded is decided again by it, in a thread of
// its own, and what it would have decided otherwise is recorded. It never comes before a live decision, never delays one,
// and never decides one (DESIGN section 6).
import type { PolicySource, SchemaInput } from '@countersign/policy';
import { ok, type Result } from '../errors.ts';
import { describeDiagnostics } from '../policies/candidate.ts';
import { versionOf } from '../policies/schema-version.ts';
import type { ShadowReader } from '../store/readers/shadow.ts';
import type { Store } from '../store/store.ts';
import type { CommitRequest } from '../store/types.ts';
import { createCounter } from './counts.ts';
import { differed, shadowCleared, shadowSet } from './entries.ts';
import { createQueue } from './queue.ts';
import { openShadowThread, type ShadowThread, ShadowThreadError } from './thread.ts';
import type { ShadowDesk, ShadowRefusal, ShadowSet, ShadowState, ShadowStatus } from './types.ts';
import { messageOf } from '../message-of.ts';

export interface ShadowDeps {
  readonly store: Pick<Store, 'commit' | 'onCommitted'>;
  readonly reads: ShadowReader;
  /** What policies are typed by, as it is now. */
  readonly schemaInput: () => SchemaInput;
  readonly now: () => number;
  readonly tell: (message: string) => void;
  /** Opens a thread; the package's own unless a test stands in it. */
  readonly open?: () => ShadowThread;
  readonly maxWaiting?: number;
  /** After a thread died, the first time; doubled each time more. */
  readonly restartMs?: number;
}

export interface Shadow extends ShadowDesk {
  /** Takes up what the store holds; does not wait until it runs. */
  start(): Promise<void>;
  /** Tools or groups may have changed. */
  look(): void;
  close(): Promise<void>;
}

const MAX_WAITING = 4_096;
const MAX_WAITING_CHARACTERS = 64 << 20;
/** Decisions of one question: some milliseconds, so that what is recorded of them comes soon. */
const BATCH = 64;
const MAX_DEATHS = 5;

export function createShadow(deps: ShadowDeps): Shadow {
  const { store, reads, schemaInput, now, tell } = deps;
  const { open = openShadowThread, maxWaiting = MAX_WAITING, restartMs = 1_000 } = deps;
  const counter = createCounter();
  const queue = createQueue(maxWaiting, MAX_WAITING_CHARACTERS);
  let set: ShadowSet | null = null;
  let state: ShadowState = 'off';
  let why: string | null = null;
  let diagnostics: ShadowStatus['diagnostics'] = [];
  let thread: ShadowThread | null = null;
  /** Of the input that the thread was loaded with. */
  let version = '';
  let deaths = 0;
  let restart: NodeJS.Timeout | undefined;
  let isDraining = false;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const stopListening = store.onCommitted((entries) => {
    if (set === null) return;
    for (const entry of entries) {
      const isTaken = state === 'suspended' ? entry.header.kind !== 'call.decided' : queue.offer(entry);
      if (!isTaken) counter.dropped(1);
    }
    void drain();
  });

  /** One thing at a time: a set must not go while another comes. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function endThread(): Promise<void> {
    const ending = thread;
    thread = null;
    await ending?.close();
  }

  function suspend(reason: string, found: ShadowStatus['diagnostics'] = []): void {
    state = 'suspended';
    why = reason;
    diagnostics = found;
    counter.dropped(queue.clear());
    tell(`the shadow set is suspended: ${reason}`);
  }

  async function loadStored(): Promise<void> {
    if (set === null || isClosed) return;
    const input = schemaInput();
    const fresh = open();
    try {
      const loaded = await fresh.load({ sources: set.sources, input });
      version = versionOf(input);
      if (!loaded.ok) {
        await Promise.all([fresh.close(), endThread()]);
        suspend('it no longer validates', loaded.diagnostics);
        return;
      }
      await endThread();
      run(fresh);
    } catch (error) {
      await fresh.close();
      died(error);
    }
  }

  function run(fresh: ShadowThread): void {
    thread = fresh;
    if (state === 'suspended') tell('the shadow set runs again');
    state = 'running';
    why = null;
    diagnostics = [];
    void drain();
  }

  function died(error: unknown): void {
    thread = null;
    deaths += 1;
    const message = messageOf(error);
    if (isClosed || set === null) return;
    if (deaths >= MAX_DEATHS) {
      suspend(`its thread died ${deaths} times: ${message}`);
      return;
    }
    state = 'starting';
    tell(`the shadow set is started again: ${message}`);
    clearTimeout(restart);
    restart = setTimeout(() => void inTurn(loadStored), restartMs * 2 ** (deaths - 1));
    restart.unref();
  }

  /** Who is to be asked, where there is something to ask. */
  function ready(): { readonly thread: ShadowThread; readonly set: ShadowSet } | null {
    return thread === null || set === null || queue.length === 0 ? null : { thread, set };
  }

  async function drain(): Promise<void> {
    if (isDraining) return;
    isDraining = true;
    try {
      for (let next = ready(); next !== null; next = ready()) await compareSome(next.thread, next.set);
    } finally {
      isDraining = false;
    }
  }

  async function compareSome(asked: ShadowThread, { digest }: ShadowSet): Promise<void> {
    const batch = queue.take(BATCH);
    try {
      const compared = await asked.compare(batch.map(({ recorded }) => recorded));
      // Another set took its place meanwhile: what this one says is nobody's any more.
      if (asked !== thread) return;
      deaths = 0;
      counter.compared(compared.same, compared.differences.length);
      for (const reason of compared.notReplayed) counter.notReplayed(reason);
      const differing = compared.differences.flatMap((difference) => {
        const header = batch[difference.at]?.header;
        return header === undefined ? [] : [{ header, difference }];
      });
      if (differing.length === 0) return;
      const recorded = await store.commit(differed(digest, differing, now()));
      if (!recorded.ok) counter.unrecorded(differing.length);
    } catch (error) {
      counter.dropped(batch.length);
      if (asked !== thread) return;
      if (!(error instanceof ShadowThreadError)) tell(`the shadow set: ${String(error)}`);
      await asked.close();
      died(error);
    }
  }

  async function replace(sources: readonly PolicySource[], author: string): Promise<Changed> {
    const fresh = open();
    const refuse = async (code: ShadowRefusal['code'], message: string): Promise<Changed> => {
      await fresh.close();
      return no(code, message);
    };
    const input = schemaInput();
    let loaded: Awaited<ReturnType<ShadowThread['load']>>;
    try {
      loaded = await fresh.load({ sources, input });
    } catch (error) {
      return refuse('invalid', messageOf(error));
    }
    if (!loaded.ok) return refuse('invalid', describeDiagnostics(loaded.diagnostics));
    const next = { digest: loaded.digest, sources, author, since: now() };
    const failure = await record(shadowSet(next, set?.digest ?? null));
    if (failure !== null) return refuse('unavailable', failure);
    clearTimeout(restart);
    await endThread();
    queue.clear();
    counter.reset();
    deaths = 0;
    set = next;
    version = versionOf(input);
    run(fresh);
    tell(`shadow set ${next.digest.slice(0, 12)} runs beside the set in force (${loaded.policies} policies)`);
    return ok(status());
  }

  async function clear(author: string): Promise<Changed> {
    if (set === null) return no('not_set', 'no shadow set runs');
    const failure = await record(shadowCleared(set.digest, author));
    if (failure !== null) return no('unavailable', failure);
    clearTimeout(restart);
    set = null;
    state = 'off';
    why = null;
    diagnostics = [];
    queue.clear();
    counter.reset();
    await endThread();
    tell('no shadow set runs any more');
    return ok(status());
  }

  async function record(request: CommitRequest): Promise<string | null> {
    const result = await store.commit(request);
    return result.ok ? null : 'the audit log cannot be written, so nothing was changed';
  }

  const status = (): ShadowStatus => ({ state, set, why, diagnostics, counts: counter.read() });

  return {
    status,
    set: (sources, author) => inTurn(() => replace(sources, author)),
    clear: (author) => inTurn(() => clear(author)),
    start: () =>
      inTurn(async () => {
        const stored = await reads.current();
        if (stored === null) return;
        set = { ...stored, sources: JSON.parse(stored.sources) as PolicySource[] };
        state = 'starting';
        void inTurn(loadStored);
      }),
    look() {
      if (set === null || isClosed || versionOf(schemaInput()) === version) return;
      void inTurn(async () => {
        if (versionOf(schemaInput()) !== version) await loadStored();
      });
    },
    async close() {
      isClosed = true;
      stopListening();
      clearTimeout(restart);
      await turn;
      counter.dropped(queue.clear());
      await endThread();
    },
  };
}

type Changed = Result<ShadowStatus, ShadowRefusal>;

function no(code: ShadowRefusal['code'], message: string): Changed {
  return { ok: false, error: { code, message } };
}
