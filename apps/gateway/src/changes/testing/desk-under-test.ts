// A desk over a real store with a handful of people, and one small kind of change: clearing what an agent saw.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryHeader, generateNoteKey, newId, parseEntry } from '@countersign/audit';
import { ok } from '../../errors.ts';
import type { User } from '../../registry/types.ts';
import { openStore } from '../../store/sqlite/requests/client.ts';
import type { Store } from '../../store/store.ts';
import { createChangeDesk } from '../desk.ts';
import type { ChangeDesk, ChangeFailure, ReviewRules } from '../types.ts';

export interface DeskUnderTest {
  readonly desk: ChangeDesk;
  /** A second desk over the same store, as another process would have. */
  readonly otherDesk: ChangeDesk;
  readonly store: Store;
  readonly users: Map<string, User>;
  rules: ReviewRules;
  /** What applying fails with, until it is null again. */
  failure: ChangeFailure | null;
  /** Runs before a change is applied. */
  beforeApply: () => Promise<void>;
  advance(ms: number): void;
  /** Kinds of the entries about changes and their effects, in order. */
  entries(): Promise<readonly string[]>;
  /** Labels that the cleared agent still has. */
  labels(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const HOLDER = 'agt_holder';

export async function openDesk(): Promise<DeskUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'countersign-changes-'));
  const { skey } = await generateNoteKey('test.example/log');
  const store = await openStore({
    dataDir,
    origin: 'test.example/log',
    node: newId('node'),
    checkpointKey: skey,
    now: Date.now,
  });
  const person = (name: string, groups: string[], active = true): [string, User] => [
    name,
    { uid: newId('usr'), name, email: `${name}@example.com`, groups, active, oidc: null },
  ];
  const users = new Map([
    person('olive', ['reviewers']),
    person('fiona', ['reviewers']),
    person('greta', ['reviewers']),
    person('victor', []),
    person('gone', ['reviewers'], false),
  ]);
  let offset = 0;
  const now = () => Date.now() + offset;
  const deps = {
    writer: store,
    reads: store.readers.changes,
    registry: { current: () => ({ users, groups: new Set(['reviewers']) }) },
    now,
  };
  const under: DeskUnderTest = {
    desk: createChangeDesk(deps),
    otherDesk: createChangeDesk(deps),
    store,
    users,
    rules: { quorum: 1, group: 'reviewers', expiresMs: 60_000 },
    failure: null,
    beforeApply: () => Promise.resolve(),
    advance(ms) {
      offset += ms;
    },
    async entries() {
      const kinds: string[] = [];
      for await (const { header } of store.readers.log.entries()) {
        const entry = parseEntry(header);
        if (entry.ok && isOfChanges(entry.value)) kinds.push(told(entry.value));
      }
      return kinds;
    },
    labels: async () => [...(await store.readers.exposure.exposure([HOLDER], 0))],
    async close() {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const put = (label: string) => ({
    put: 'exposures' as const,
    row: { holder: HOLDER, label, until: Number.MAX_SAFE_INTEGER, call: newId('call') },
  });
  await store.commit({ entries: [], changes: [put('pii'), put('secret')] });
  for (const desk of [under.desk, under.otherDesk]) desk.register(clearing(under));
  return under;
}

function clearing(under: DeskUnderTest): Parameters<ChangeDesk['register']>[0] {
  return {
    of: 'exposure',
    rules: () => under.rules,
    check(proposal) {
      const label = typeof proposal === 'string' ? proposal : '';
      return label === ''
        ? { ok: false, error: { code: 'invalid', message: 'a label is missing' } }
        : ok({ proposal: { label }, effect: { clears: label } });
    },
    async apply(change, { writer }) {
      await under.beforeApply();
      if (under.failure !== null) return { ok: false, error: under.failure };
      const { label } = change.proposal as { label: string };
      const where = { holder: HOLDER, label };
      const result = await writer.commit({
        entries: [
          {
            kind: 'exposure.cleared',
            call: null,
            agent: null,
            chain: null,
            body: { change: change.id },
            details: { labels: JSON.stringify([label]) },
          },
        ],
        changes: [{ remove: 'exposures', where }],
        preconditions: [{ table: 'exposures', where, expect: 'exists' }],
      });
      if (result.ok) return ok(null);
      const code = result.code === 'log_unavailable' ? ('unavailable' as const) : ('conflict' as const);
      return { ok: false, error: { code, message: 'it has been cleared already' } };
    },
  };
}

function isOfChanges({ kind }: EntryHeader): boolean {
  return kind.startsWith('change.') || kind === 'exposure.cleared';
}

function told({ kind, body }: EntryHeader): string {
  const words = body as { readonly verdict?: string; readonly state?: string };
  return [kind, words.verdict ?? words.state].filter((word) => word !== undefined).join(' ');
}
