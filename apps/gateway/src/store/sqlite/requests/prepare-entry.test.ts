import { type EntryDraft, fromUtf8, newId, utf8 } from '@countersign/audit';
import { expect, test } from 'vitest';
import { readFrame } from '../../payload/framing.ts';
import { decided, newCall, nodeStopped } from '../../testing-drafts.ts';
import { prepareEntry } from './prepare-entry.ts';

test('an entry is prepared with its values framed, their commitments, whose they are, and what it says of calls', () => {
  const ids = newCall();
  const { frame, commits, holder, calls, front } = prepareEntry(decided(ids));
  expect(holder).toBe('subject fiona@example.com');
  const printed = fromUtf8(commits) ?? '';
  expect(fromUtf8(front)).toContain(`"call":"${ids.call}"`);
  const details = readFrame(frame ?? new Uint8Array()) ?? [];
  expect(details.map(({ name }) => name)).toContain('sentence');
  for (const { name } of details) expect(printed).toMatch(new RegExp(`"${name}":"[0-9a-f]{64}"`));
  expect(JSON.parse(printed)).toMatchObject({ request: null });
  expect(calls).toMatchObject([{ form: 'decided', where: [] }]);
  expect(calls[0]?.given).toEqual(expect.arrayContaining([ids.call, 'invoice']));
  expect(prepareEntry(nodeStopped())).toMatchObject({
    frame: null,
    commits: utf8('{}'),
    holder: 'system',
    calls: [],
  });
});

test('what does not fit the format is refused before it is sent', () => {
  const draft = decided(newCall());
  const wrong = (changes: object): EntryDraft => ({ ...draft, ...changes });
  expect(() => prepareEntry(wrong({ details: { secret: 'x' } }))).toThrow('has no detail `secret`');
  expect(() => prepareEntry(wrong({ body: { ...draft.body, depth: -1 } }))).toThrow(
    '`body.depth` is not uint',
  );
  expect(() => prepareEntry(wrong({ agent: newId('usr') }))).toThrow('`agent` is not id(agt) or null');
  expect(() => prepareEntry(wrong({ details: { caller: '{' } }))).toThrow('detail `caller` is not JSON');
});
