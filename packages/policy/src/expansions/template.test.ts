import { describe, expect, test } from 'vitest';
import { matches } from './glob.ts';
import { expansionsOf } from './template.ts';

describe('a template could expand to', () => {
  test.each<[string, string[], string[]]>([
    ['file:///a.md', ['file:///a.md'], ['file:///a.mdx', 'file:///aXmd', '']],
    ['db://{table}/{id}', ['db://t/1', 'db:///', 'db://a/b/c'], ['db://t', 'DB://t/1']],
    ['db://t{?q,n}', ['db://t', 'db://t?q=1'], ['db://']],
    ['x:[a](b+)*$^|{id}', ['x:[a](b+)*$^|1'], ['x:aab1']],
    ['x:é/{id}', ['x:é/1', 'x:%C3%A9/1'], ['y:é/1']],
    ['x:{unclosed', ['x:', 'x:anything'], ['y:']],
    ['x:closed}/y', ['x:closed}/y', 'x:closed%7D/y'], ['x:closed/z']],
    ['x:{a{b}c}/y', ['x:1c}/y', 'x:c%7D/y'], ['x:1/z']],
    ['', [''], ['x']],
  ])('%s', (template, yes, no) => {
    const glob = expansionsOf(template);
    for (const uri of yes) expect(matches(glob, uri)).toBe(true);
    for (const uri of no) expect(matches(glob, uri)).toBe(false);
  });

  test.each([
    ['a megabyte', `x:${'a'.repeat(1 << 20)}{id}`, `x:${'a'.repeat(1 << 20)}7`],
    ['an expression of a megabyte', `x:{${'a'.repeat(1 << 20)}}/b`, 'x:7/b'],
    ['ten thousand expressions', `x:${'{a}/'.repeat(10_000)}`, `x:${'b/'.repeat(10_000)}`],
    ['ten thousand expressions without anything between', `x:${'{a}'.repeat(10_000)}/b`, 'x:7/b'],
    ['ten thousand braces', '{'.repeat(10_000), 'anything'],
  ])('%s, of which no more is kept than is looked at', (_, template, uri) => {
    const glob = expansionsOf(template);
    expect(glob.join('').length + glob.length).toBeLessThan(520);
    expect(matches(glob, uri)).toBe(true);
  });
});
