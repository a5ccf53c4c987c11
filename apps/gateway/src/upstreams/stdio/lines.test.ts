import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineSplitter, idAtEdges } from './lines.ts';

function split(chunks: readonly Uint8Array[], maxBytes = 1_000) {
  const lines: string[] = [];
  const long: (readonly [string, string])[] = [];
  const push = createLineSplitter(maxBytes, {
    onLine: (line) => void lines.push(Buffer.from(line).toString()),
    onTooLong: (head, tail) => void long.push([head, tail]),
  });
  for (const chunk of chunks) push(chunk);
  return { lines, long };
}

describe('lines', () => {
  test('are the same however their bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }).filter((line) => !/[\r\n]/.test(line))),
        fc.array(fc.nat(200)),
        (texts, cuts) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
          const chunks = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
          expect(split(chunks, 100_000).lines).toEqual(
            texts.filter((text) => text !== '').map((text) => Buffer.from(text).toString()),
          );
        },
      ),
    );
  });

  test('may end with CRLF; the last one counts when it ends', () => {
    expect(split([Buffer.from('a\r\nb')]).lines).toEqual(['a']);
  });

  test('that are too long are told by their ends, and the next one is whole', () => {
    const text = `${'a'.repeat(5_000)}${'b'.repeat(5_000)}\nnext\n`;
    const chunks = (text.match(/.{1,700}\n?|\n/g) ?? []).map((part) => Buffer.from(part));
    const { lines, long } = split(chunks);
    expect(lines).toEqual(['next']);
    expect(long).toEqual([['a'.repeat(512), 'b'.repeat(512)]]);
  });

  test('without an end take no memory', () => {
    const push = createLineSplitter(1_000, {
      onLine: () => expect.unreachable('no line ended'),
      onTooLong: () => expect.unreachable('no line ended'),
    });
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let megabytes = 0; megabytes < 200; megabytes += 1) push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('the id of an answer of which only the ends are known', () => {
  test.each([
    ['{"jsonrpc":"2.0","id":5,"result":{', '', 5],
    ['{ "id" : "a" , "jsonrpc":"2.0","result":', '', 'a'],
    ['{"result":{"x', 'x"},"jsonrpc":"2.0","id":7}', 7],
    ['{"result":{"x', 'x"},"id":7,"jsonrpc":"2.0"} ', 7],
  ])('is read from %s … %s', (head, tail, id) => {
    expect(idAtEdges(head, tail)).toBe(id);
  });
  test.each([
    ['{"result":{"id":5,', 'x"}}'],
    ['{"method":"m","id":5,', '}'],
    ['{"result":"', '\\"id\\":5}'],
    ['{"result":{', '"id":5}}'],
    ['{"id":1e3,', ''],
    ['{"id":99999999999999999,', ''],
    ['no JSON', 'at all'],
  ])('is not guessed from %s … %s', (head, tail) => {
    expect(idAtEdges(head, tail)).toBeNull();
  });
});
