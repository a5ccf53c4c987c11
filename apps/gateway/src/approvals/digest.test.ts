import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CallToDigest, callDigest, digestedParams } from './digest.ts';

interface Vector extends CallToDigest {
  readonly name: string;
  readonly digestedParams: string | null;
  readonly digest: string;
}
const published = JSON.parse(readFileSync(new URL('testdata/call-digest.json', import.meta.url), 'utf8')) as {
  readonly key: string;
  readonly vectors: readonly Vector[];
};
const key = Buffer.from(published.key, 'hex');
const digestOf = (name: string): string => {
  const vector = published.vectors.find((each) => each.name === name);
  if (vector === undefined) throw new Error(`no vector \`${name}\``);
  return callDigest(key, vector);
};

describe('the call digest', () => {
  it.each(published.vectors)('agrees with the published vector: $name', (vector) => {
    expect(callDigest(key, vector)).toBe(vector.digest);
    expect(vector.params === '' ? null : digestedParams(vector.revision, vector.params)).toBe(
      vector.digestedParams,
    );
  });

  it('is one for a call and its retry', () => {
    const same = [
      'a tool call',
      'the same call, written otherwise',
      'the same call with what is on the list',
      'the same call with an empty _meta',
    ];
    expect(new Set(same.map(digestOf)).size).toBe(1);
    expect(digestOf('a message to an agent')).toBe(digestOf('the same message with another id'));
  });

  it('differs for every other pair of calls', () => {
    const repeats = new Set([
      'the same call, written otherwise',
      'the same call with what is on the list',
      'the same call with an empty _meta',
      'the same message with another id',
    ]);
    const others = published.vectors.filter((vector) => !repeats.has(vector.name));
    expect(new Set(others.map((vector) => callDigest(key, vector))).size).toBe(others.length);
  });

  it('cannot be computed without the key', () => {
    const [vector] = published.vectors;
    if (vector === undefined) throw new Error('no vectors');
    expect(callDigest(Buffer.alloc(32, 1), vector)).not.toBe(vector.digest);
  });

  it('tells fields apart by their frames, not by their neighbours', () => {
    const [vector] = published.vectors;
    if (vector === undefined) throw new Error('no vectors');
    const shifted = { ...vector, operation: 'mcp:ping', target: 'ab' } as const;
    expect(callDigest(key, { ...shifted, target: 'a', toolDigest: 'b' })).not.toBe(
      callDigest(key, { ...shifted, target: 'ab', toolDigest: '' }),
    );
    expect(callDigest(key, { ...shifted, toolDigest: null })).not.toBe(
      callDigest(key, { ...shifted, toolDigest: '' }),
    );
  });

  it('has one list for every revision of MCP, and another for A2A', () => {
    const params = '{"_meta":{"progressToken":1},"message":{"messageId":"m"}}';
    for (const revision of ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const) {
      expect(digestedParams(revision, params)).toBe('{"message":{"messageId":"m"}}');
    }
    expect(digestedParams('a2a-1.0', params)).toBe('{"_meta":{"progressToken":1}}');
  });
});
