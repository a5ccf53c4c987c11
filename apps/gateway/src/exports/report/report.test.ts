import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { each, tellStory, written } from '../testing/story.ts';
import { ExportError } from '../types.ts';
import { report } from './report.ts';

async function page(said: string): Promise<string> {
  const story = tellStory(said);
  return written(report.write(each(story.entries()), story.context()));
}

/** Everything that is markup in a page, with the text taken out: what a browser would build the page from. */
function markupOf(text: string): string[] {
  return [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
}

test('a report tells who acted, by which policies, who approved and why, and how to check it', async () => {
  const text = await page('payments');
  for (const words of [
    'Agent payments called payments and this was decided by policy payments',
    'allowed after approval',
    'fiona@example.com',
    'approved: <q><bdi>payments</bdi></q>',
    'took the approval back: <q><bdi>payments</bdi></q>',
    'First byte of the answer after</dt><dd><bdi>235 ms',
    'principal.capabilities',
    'countersign verify chain.bundle --trust',
    'It proves nothing by itself',
  ]) {
    expect(text).toContain(words);
  }
});

test('a report says which entries a checkpoint covers, and shows their paths', async () => {
  const story = tellStory();
  const [first] = story.entries();
  if (first === undefined) throw new Error('no entries');
  const context = story.context({
    checkpoint: { size: 15, root: first.leaf, note: `${'x'.repeat(10)}\n15\nroot\n` },
    inclusion: async () => [first.leaf],
  });
  const text = await written(report.write(each(story.entries()), context));
  expect(text).toContain('1 entries of this page are newer than it');
  expect(text).toContain('The path of each entry');
});

test('a page of more than anybody reads is refused, with what to do instead', async () => {
  const story = tellStory();
  const [first] = story.entries();
  if (first === undefined) throw new Error('no entries');
  const many = Array.from({ length: 2001 }, () => first);
  await expect(written(report.write(each(many), story.context()))).rejects.toThrow(ExportError);
});

const inert = await page('x');
const attributesOf = (tags: readonly string[]): Set<string> =>
  new Set(tags.flatMap((tag) => [...tag.matchAll(/\s([a-z-]+)="/gi)].map(([, name]) => name ?? '')));
const known = { tags: new Set(markupOf(inert).map(nameOf)), attributes: attributesOf(markupOf(inert)) };

function nameOf(tag: string): string {
  return /^<\/?([a-z0-9!]+)/i.exec(tag)?.[1] ?? tag;
}

const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style><script>alert(1)</script>',
    ']]></svg><svg onload=alert(1)>',
    '</title><base href=//evil.example>',
    '<!--',
    '&lt;b&gt;',
    'javascript:alert(1)',
    '\u202Egnp.exe\u202C',
    '\u001B[31m',
    '\uD800',
    '${x}`',
  ),
  fc.string({ unit: 'binary' }),
);

test('no value can add an element or an attribute to a report, or an invisible character to its text', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (said) => {
      const text = await page(said);
      const tags = markupOf(text);
      for (const tag of tags) expect(known.tags).toContain(nameOf(tag));
      for (const name of attributesOf(tags)) expect(known.attributes).toContain(name);
      expect(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u.exec(text)?.[0] ?? null).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test('a megabyte in every field makes a page that can still be shown', async () => {
  expect((await page('x'.repeat(1_000_000))).length).toBeLessThan(1_000_000);
});
