// What an attacker can do to a stored log, and what a verifier must then say. The one thing that no log can
// show by itself, a cut-off tail, is pinned here as not found, so that nobody claims otherwise.

import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '../checkpoint.ts';
import { leafHash } from '../merkle.ts';
import { generateNoteKey, importNoteSigner } from '../note-key.ts';
import { callLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';
import type { LogReport, StoredEntry } from './types.ts';

const LOG = callLog(15);
const SIZE = LOG.entries.length;
const CUT_OFF = 'a cut-off tail cannot be known without a checkpoint held elsewhere';
const RUNS = { numRuns: 200 };

let vkey = '';
let checkpoint = '';

beforeAll(async () => {
  const key = await generateNoteKey(ORIGIN);
  const signer = await importNoteSigner(key.skey);
  if (!signer.ok) throw new Error('the new key cannot be imported');
  vkey = key.vkey;
  checkpoint = await signCheckpoint({ origin: ORIGIN, size: SIZE, root: LOG.root() }, signer.value);
});

const anyIndex = fc.integer({ min: 0, max: SIZE - 1 });

function flip(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const place = at % changed.length;
  changed[place] = (changed[place] ?? 0) ^ mask;
  return changed;
}

async function verify(entries: readonly StoredEntry[]): Promise<LogReport> {
  return verifyLog(entries, { origin: ORIGIN });
}

async function verifyAgainstCheckpoint(entries: readonly StoredEntry[]): Promise<LogReport> {
  return verifyLog(entries, { origin: ORIGIN, vkeys: [vkey], keysFrom: 'outside', external: [checkpoint] });
}

function replaced(index: number, change: (entry: StoredEntry) => StoredEntry): StoredEntry[] {
  return LOG.entries.map((entry) => (entry.index === index ? change(entry) : entry));
}

function at(index: number): StoredEntry {
  const entry = LOG.entries[index];
  if (entry === undefined) throw new RangeError(`no entry ${index}`);
  return entry;
}

test('the untouched log is consistent, with and without a checkpoint', async () => {
  expect((await verify(LOG.entries)).verdict).toBe('consistent');
  expect((await verifyAgainstCheckpoint(LOG.entries)).verdict).toBe('consistent');
});

test('any changed byte of any header is found, at that entry', async () => {
  await fc.assert(
    fc.asyncProperty(anyIndex, fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, place, mask) => {
      const report = await verify(
        replaced(index, (entry) => ({ ...entry, header: flip(entry.header, place, mask) })),
      );
      expect(report).toMatchObject({ verdict: 'broken', firstFailure: { index } });
      expect(report.levels.leaves.first).toMatchObject({ code: 'leaf_mismatch', index });
    }),
    RUNS,
  );
});

test('any changed byte of any stored leaf is found, at that entry', async () => {
  await fc.assert(
    fc.asyncProperty(anyIndex, fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, place, mask) => {
      const report = await verify(
        replaced(index, (entry) => ({ ...entry, leaf: flip(entry.leaf, place, mask) })),
      );
      expect(report.firstFailure).toMatchObject({ code: 'leaf_mismatch', index });
    }),
    RUNS,
  );
});

test('a header changed together with its leaf is found at the entry after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: SIZE - 2 }), async (index) => {
      const entries = replaced(index, (entry) => {
        const text = new TextDecoder().decode(entry.header);
        const other = text.replace(
          /"node":"node_(.)/,
          (_, first) => `"node":"node_${first === 'f' ? '0' : 'f'}`,
        );
        const header = new TextEncoder().encode(other);
        return { ...entry, header, leaf: leafHash(header) };
      });
      const report = await verify(entries);
      expect(report.levels.hashChain.first).toMatchObject({ code: 'prev_mismatch', index: index + 1 });
      expect(report.levels.hashChain.first?.message).toContain(`entry ${index}`);
      expect((await verifyAgainstCheckpoint(entries)).levels.external.first?.code).toBe('checkpoint_root');
    }),
    { numRuns: 40 },
  );
});

test('any changed byte of a detail or its salt is found, at that entry', async () => {
  const withDetails = LOG.entries.filter(({ details }) => details.length > 0).map(({ index }) => index);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...withDetails),
      fc.nat(),
      fc.constantFrom('salt', 'value'),
      fc.integer({ min: 1, max: 255 }),
      async (index, place, part, mask) => {
        const entries = replaced(index, (entry) => ({
          ...entry,
          details: entry.details.map((detail, i) =>
            i === place % entry.details.length
              ? { ...detail, [part]: flip(detail[part], place, mask) }
              : detail,
          ),
        }));
        const report = await verify(entries);
        expect(report.firstFailure).toMatchObject({ level: 'details', code: 'detail_tampered', index });
        expect(report.details.tampered).toBe(1);
      },
    ),
    RUNS,
  );
});

test('two entries that changed places are found, at the first of the two', async () => {
  await fc.assert(
    fc.asyncProperty(anyIndex, anyIndex, async (a, b) => {
      fc.pre(a !== b);
      const swapped = LOG.entries.map((entry) =>
        entry.index === a ? { ...at(b), index: a } : entry.index === b ? { ...at(a), index: b } : entry,
      );
      const report = await verify(swapped);
      expect(report.firstFailure).toMatchObject({ code: 'entry_misplaced', index: Math.min(a, b) });
    }),
    RUNS,
  );
});

test('an entry taken out of the middle is found missing, whether or not the rest moves up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: SIZE - 2 }), async (index) => {
      const rest = LOG.entries.filter((entry) => entry.index !== index);
      expect((await verify(rest)).firstFailure).toMatchObject({ code: 'entry_missing', index });
      const closed = rest.map((entry, i) => ({ ...entry, index: i }));
      expect((await verify(closed)).firstFailure).toMatchObject({ code: 'entry_misplaced', index });
    }),
    RUNS,
  );
});

test('an entry stored twice is found', async () => {
  await fc.assert(
    fc.asyncProperty(anyIndex, async (index) => {
      const doubled = LOG.entries.flatMap((entry) => (entry.index === index ? [entry, entry] : [entry]));
      expect((await verify(doubled)).firstFailure).toMatchObject({ code: 'entry_out_of_order', index });
    }),
    RUNS,
  );
});

test('an entry of another log that is slipped in is found, where it stands', async () => {
  const other = callLog(15).entries;
  await fc.assert(
    fc.asyncProperty(anyIndex, async (index) => {
      const entries = replaced(index, (entry) => other[index] ?? entry);
      const report = await verify(entries);
      expect(report.verdict).toBe('broken');
      expect([index, index + 1]).toContain(report.firstFailure?.index);
    }),
    RUNS,
  );
});

test('a cut-off tail is NOT found without a checkpoint held elsewhere, and the report says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: SIZE - 1 }), async (size) => {
      const report = await verify(LOG.entries.slice(0, size));
      expect(report).toMatchObject({ verdict: 'consistent', size });
      expect(report.notProven).toContain(CUT_OFF);
    }),
    { numRuns: 30 },
  );
});

test('a cut-off tail is found with a checkpoint held elsewhere, which names the first missing entry', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: SIZE - 1 }), async (size) => {
      const report = await verifyAgainstCheckpoint(LOG.entries.slice(0, size));
      expect(report.firstFailure).toMatchObject({ level: 'external', code: 'tail_missing', index: size });
    }),
    { numRuns: 30 },
  );
});

test('a tail that was cut off and written anew is found with a checkpoint held elsewhere, and only then', async () => {
  const rewritten = callLog(15).entries;
  expect((await verify(rewritten)).verdict).toBe('consistent');
  expect((await verifyAgainstCheckpoint(rewritten)).firstFailure).toMatchObject({
    level: 'external',
    code: 'checkpoint_root',
    index: null,
  });
});
