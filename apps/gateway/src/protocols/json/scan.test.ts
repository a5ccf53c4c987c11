import { describe, expect, it } from 'vitest';
import { DEFAULT_SCAN, scan, textOf } from './scan.ts';
import { compileShape } from './shape.ts';
import type { ScanErrorCode, ScanOptions } from './types.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const raw = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const ENVELOPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'method', 'params'] },
  params: { known: ['name', 'arguments', '_meta'] },
  'params._meta': {},
  'params.arguments': {},
});

function refusal(input: Uint8Array, options: Partial<ScanOptions> = {}): ScanErrorCode | 'accepted' {
  const result = scan(input, ENVELOPE, { ...DEFAULT_SCAN, ...options });
  return result.ok ? 'accepted' : result.error.code;
}

describe('the scanner refuses', () => {
  const hostile: readonly (readonly [string, Uint8Array, ScanErrorCode])[] = [
    ['nothing', bytes(''), 'empty'],
    ['only whitespace', bytes(' \n\t'), 'empty'],
    ['a byte order mark', raw([0xef, 0xbb, 0xbf], '{}'), 'bom'],
    ['UTF-16', raw([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), 'invalid_utf8'],
    ['UTF-16 without a mark', raw([0x7b, 0x00, 0x7d, 0x00]), 'control_character'],
    ['an overlong slash', raw('{"a":"', [0xc0, 0xaf], '"}'), 'invalid_utf8'],
    ['a surrogate in UTF-8', raw('{"a":"', [0xed, 0xa0, 0x80], '"}'), 'invalid_utf8'],
    ['a code point beyond U+10FFFF', raw('{"a":"', [0xf4, 0x90, 0x80, 0x80], '"}'), 'invalid_utf8'],
    ['a sequence that is cut off', raw('{"a":"', [0xe2, 0x82]), 'invalid_utf8'],
    ['a batch', bytes('[{"id":1},{"id":2}]'), 'batch'],
    ['a batch after whitespace', bytes(' \n[]'), 'batch'],
    ['a string', bytes('"tools/call"'), 'not_an_object'],
    ['a null', bytes('null'), 'not_an_object'],
    ['leading garbage', bytes('x{}'), 'syntax'],
    ['a script prefix', bytes(")]}',\n{}"), 'syntax'],
    ['trailing data', bytes('{} {}'), 'trailing_data'],
    ['a trailing NUL', raw('{}', [0]), 'trailing_data'],
    ['a trailing comma', bytes('{"a":1,}'), 'syntax'],
    ['a trailing comma in an array', bytes('{"a":[1,]}'), 'syntax'],
    ['a missing comma', bytes('{"a":1 "b":2}'), 'syntax'],
    ['a missing colon', bytes('{"a" 1}'), 'syntax'],
    ['a missing value', bytes('{"a":}'), 'syntax'],
    ['a name without quotes', bytes('{a:1}'), 'syntax'],
    ['a name in single quotes', bytes("{'a':1}"), 'syntax'],
    ['a comment', bytes('{/* */"a":1}'), 'syntax'],
    ['a bracket of the wrong kind', bytes('{"a":[1}'), 'syntax'],
    ['an object that is not closed', bytes('{"a":{"b":1}'), 'syntax'],
    ['a string that is not closed', bytes('{"a":"b'), 'syntax'],
    ['a name that is not closed', bytes('{"a'), 'syntax'],
    ['an unknown escape', bytes('{"a":"\\x41"}'), 'syntax'],
    ['a short unicode escape', bytes('{"a":"\\u00g0"}'), 'syntax'],
    ['a literal in capitals', bytes('{"a":True}'), 'syntax'],
    ['NaN', bytes('{"a":NaN}'), 'syntax'],
    ['a literal that is cut off', bytes('{"a":tru'), 'syntax'],
    ['a leading zero', bytes('{"a":01}'), 'syntax'],
    ['a leading plus', bytes('{"a":+1}'), 'syntax'],
    ['a bare fraction', bytes('{"a":.5}'), 'syntax'],
    ['a fraction without digits', bytes('{"a":1.}'), 'syntax'],
    ['an exponent without digits', bytes('{"a":1e+}'), 'syntax'],
    ['a hexadecimal number', bytes('{"a":0x10}'), 'syntax'],
    ['a no-break space', bytes('{\u00a0"a":1}'), 'syntax'],
    ['a raw newline in a string', bytes('{"a":"x\ny"}'), 'control_character'],
    ['a raw NUL in a string', raw('{"a":"', [0], '"}'), 'control_character'],
    ['a raw tab in a name', bytes('{"a\t":1}'), 'control_character'],
    ['a form feed between tokens', bytes('{\f"a":1}'), 'control_character'],
    ['a member given twice', bytes('{"id":1,"id":2}'), 'duplicate_key'],
    [
      'a member given twice deep inside',
      bytes('{"params":{"arguments":{"a":[{"b":1,"c":2,"b":1}]}}}'),
      'duplicate_key',
    ],
    ['a member given twice by way of an escape', bytes('{"method":"a","\\u006dethod":"b"}'), 'duplicate_key'],
    ['a member given twice, the escape first', bytes('{"x":{"\\u006d":1,"m":2}}'), 'duplicate_key'],
    ['an empty name given twice', bytes('{"x":{"":1,"":2}}'), 'duplicate_key'],
    ['a known name in capitals', bytes('{"Method":"tools/call"}'), 'ambiguous_key'],
    ['a known name with a long s', bytes('{"param\u017f":{}}'), 'ambiguous_key'],
    ['a known name with an escaped long s', bytes('{"param\\u017f":{}}'), 'ambiguous_key'],
    ['a known name in a part, in capitals', bytes('{"params":{"Name":"a"}}'), 'ambiguous_key'],
    ['a prototype', bytes('{"__proto__":{"isAdmin":true}}'), 'forbidden_key'],
    ['a prototype deep inside', bytes('{"a":[{"b":{"__proto__":{}}}]}'), 'forbidden_key'],
    ['a prototype by way of an escape', bytes('{"\\u005f_proto__":{}}'), 'forbidden_key'],
    ['half a surrogate pair', bytes('{"a":"\\ud800"}'), 'lone_surrogate'],
    ['the other half', bytes('{"a":"\\udc00"}'), 'lone_surrogate'],
    ['a pair the wrong way round', bytes('{"a":"\\udc00\\ud800"}'), 'lone_surrogate'],
    ['a high half before an ordinary escape', bytes('{"a":"\\ud800\\u0041"}'), 'lone_surrogate'],
    ['half a surrogate pair in a name', bytes('{"\\udfff":1}'), 'lone_surrogate'],
    ['a number beyond every double', bytes('{"params":{"a":1e400}}'), 'number_out_of_range'],
    ['the same, negative', bytes('{"params":{"a":-1e400}}'), 'number_out_of_range'],
    ['a million digits', bytes(`{"a":${'9'.repeat(1_000_000)}}`), 'number_too_long'],
    ['a long exponent', bytes(`{"a":1e${'0'.repeat(2000)}1}`), 'number_too_long'],
    ['an id beyond 2^53-1', bytes('{"id":9007199254740993}'), 'inexact_number'],
    ['an id of exactly 2^53', bytes('{"id":9007199254740992}'), 'inexact_number'],
    ['an id with too many digits', bytes('{"id":0.10000000000000000001}'), 'inexact_number'],
    ['65 levels', bytes(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`), 'too_deep'],
    ['200,000 open arrays', bytes(`{"a":${'['.repeat(200_000)}`), 'too_deep'],
    ['200,000 open objects', bytes('{"a":'.repeat(200_000)), 'too_deep'],
  ];
  it.each(hostile)('%s', (_name, input, code) => {
    expect(refusal(input)).toBe(code);
  });

  it('a body that is larger than the limit', () => {
    expect(refusal(bytes('{"a":"0123456789"}'), { maxBytes: 17 })).toBe('too_large');
    expect(refusal(bytes('{"a":"0123456789"}'), { maxBytes: 18 })).toBe('accepted');
  });

  it('more names than the limit, and a million of them quickly', () => {
    const names = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":0`).join(',');
    expect(refusal(bytes(`{${names}}`), { maxBytes: 1 << 25 })).toBe('too_many_keys');
    expect(refusal(bytes('{"a":{"b":1},"c":2}'), { maxKeys: 2 })).toBe('too_many_keys');
    expect(refusal(bytes('{"a":{"b":1},"c":2}'), { maxKeys: 3 })).toBe('accepted');
  });

  it('more array items than the limit', () => {
    expect(refusal(bytes('{"a":[1,[2]]}'), { maxItems: 2 })).toBe('too_many_items');
    expect(refusal(bytes('{"a":[1,[2]]}'), { maxItems: 3 })).toBe('accepted');
  });

  it('a duplicate among names whose hashes collide, and among many names', () => {
    // With a multiplier of 31, "Aa" and "BB" have one hash.
    expect(refusal(bytes('{"AaAa":1,"BBBB":2,"AaBB":3,"BBAa":4}'))).toBe('accepted');
    expect(refusal(bytes('{"AaAa":1,"BBBB":2,"AaBB":3,"BBBB":4}'))).toBe('duplicate_key');
    const many = Array.from({ length: 40 }, (_, i) => `"n${i}":0`).join(',');
    expect(refusal(bytes(`{${many}}`))).toBe('accepted');
    for (const again of ['n0', 'n15', 'n16', 'n39']) {
      expect(refusal(bytes(`{${many},"${again}":1}`))).toBe('duplicate_key');
    }
  });

  it('an inexact number anywhere, if told to', () => {
    const input = bytes('{"params":{"a":12345678901234567890}}');
    expect(refusal(input, { inexactNumbers: 'refuse' })).toBe('inexact_number');
    expect(refusal(input)).toBe('accepted');
  });

  it('a known name whose underscores only some readers ignore, where the shape says so', () => {
    const shape = compileShape({ 'params.message': { known: ['taskId'], ignoreUnderscores: true } });
    const codeOf = (text: string): string => {
      const result = scan(bytes(text), shape);
      return result.ok ? 'accepted' : result.error.code;
    };
    expect(codeOf('{"params":{"message":{"task_id":"1"}}}')).toBe('ambiguous_key');
    expect(codeOf('{"params":{"message":{"taskId":"1"}}}')).toBe('accepted');
    expect(codeOf('{"params":{"task_id":"1"}}')).toBe('accepted');
  });
});

describe('a refusal', () => {
  it('names the byte and what is wrong, on one line', () => {
    const result = scan(bytes('{"a":1,"b\\n":2,"b\\n":3}'));
    expect(result).toEqual({
      ok: false,
      error: { code: 'duplicate_key', offset: 15, message: 'the member `b\\n` is given twice' },
    });
  });

  it('points at the first byte that is not UTF-8', () => {
    const result = scan(raw('{"é":"', [0xff], '"}'));
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_utf8', offset: 7 } });
  });
});

describe('the scanner accepts', () => {
  it('what JSON allows: whitespace, escapes, every kind of value, ordinary names in capitals', () => {
    const text =
      ' \r\n\t{ "id" : "7" , "params" : { "arguments" : { "Name" : "\\ud83d\\ude00 😀 \\u0000 \\/" , "n" : [ -0, 1.50, 1E+2, true, false, null, {}, [] ] } } }\n';
    const result = scan(bytes(text), ENVELOPE);
    expect(result).toMatchObject({ ok: true, value: { value: JSON.parse(text) as object } });
  });

  it('64 levels, and names that only look like a prototype', () => {
    expect(refusal(bytes(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`))).toBe('accepted');
    expect(refusal(bytes('{"constructor":{"prototype":{}},"_proto___":1,"__proto":1}'))).toBe('accepted');
  });

  it('inexact numbers below the envelope, and says where they are and how they were written', () => {
    const text =
      '{"params":{"arguments":{"a":[1,{"b":9007199254740993}],"é":0.10000000000000000001,"c":1.0}}}';
    const result = scan(bytes(text), ENVELOPE);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.inexact.map(({ path, lexeme }) => ({ path, lexeme }))).toEqual([
      { path: ['params', 'arguments', 'a', 1, 'b'], lexeme: '9007199254740993' },
      { path: ['params', 'arguments', 'é'], lexeme: '0.10000000000000000001' },
    ]);
  });
});

describe('a scanned text', () => {
  it('says where the members of interest stand, in bytes', () => {
    const input = bytes('{"jsonrpc":"2.0","né":"é", "id": 7 ,"params":{"name":"pay","_meta":{ } } }');
    const result = scan(input, ENVELOPE);
    if (!result.ok) throw new Error(result.error.message);
    const { containers } = result.value;
    expect([...containers.keys()].toSorted()).toEqual(['', 'params', 'params._meta']);
    const root = containers.get('');
    const id = root?.members.get('id');
    expect(id && textOf(input, id)).toBe('7');
    expect(id && Buffer.from(input.subarray(id.nameStart)).toString().startsWith('"id"')).toBe(true);
    const params = containers.get('params');
    expect(params && textOf(input, params)).toBe('{"name":"pay","_meta":{ } }');
    expect(root?.members.get('params')).toMatchObject({ start: params?.start, end: params?.end });
    expect(containers.get('params._meta')).toMatchObject({ kind: 'object', items: [] });
  });

  it('says where the items of an array stand, and looks into each if asked', () => {
    const input = bytes('{"result":{"tools":[{"name":"a"}, 5 ,{"name":"b"}]}}');
    const result = scan(input, compileShape({ 'result.tools.*': {} }));
    if (!result.ok) throw new Error(result.error.message);
    const tools = result.value.containers.get('result.tools');
    expect(tools?.items.map((item) => textOf(input, item))).toEqual(['{"name":"a"}', '5', '{"name":"b"}']);
    const second = result.value.containers.get('result.tools.2')?.members.get('name');
    expect(second && textOf(input, second)).toBe('"b"');
    expect(result.value.containers.has('result.tools.1')).toBe(false);
  });

  it('lists what it would refuse, for a tolerant caller, but still refuses what is no JSON', () => {
    const tolerant = { ...DEFAULT_SCAN, tolerant: true, maxDepth: 3 };
    const input = bytes('{"a":[{"x":1,"x":2},{"__proto__":1},"\\ud800",1e400,[[[[1]]]]]}');
    const result = scan(input, compileShape({ a: {} }), tolerant);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.faults.map((fault) => fault.code)).toEqual([
      'duplicate_key',
      'forbidden_key',
      'lone_surrogate',
      'number_out_of_range',
      'too_deep',
    ]);
    expect(result.value.containers.get('a')?.items).toHaveLength(5);
    expect(scan(bytes('{"a":[}'), undefined, tolerant)).toMatchObject({
      ok: false,
      error: { code: 'syntax' },
    });
  });

  it('cannot reach a prototype', () => {
    const result = scan(bytes('{"constructor":{"prototype":{"isAdmin":true}}}'));
    if (!result.ok) throw new Error(result.error.message);
    expect(Object.assign({}, result.value.value)).not.toHaveProperty('isAdmin');
    expect(Object.getPrototypeOf(result.value.value)).toBe(Object.prototype);
  });
});
