import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';
import type { CompileResult } from './types.ts';

// One instance for all; where a text kills it, a test opens its own.
const cedar = openCedar();
const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, { type: 'integer' }]));
const schema = schemaOf({
  tools: {
    'crm/find': {
      type: 'object',
      properties: {
        ['__proto__']: { type: 'integer' },
        constructor: { type: 'integer' },
        n: { type: 'integer' },
      },
    },
    'crm/wide': { type: 'object', properties: attributes(10_000) },
  },
  groups: ['finance'],
});

const compiled = (text: string, file = 'a.cedar', open = (): Cedar => cedar): CompileResult =>
  compile([{ file, text }], schema, { sha256Hex, open });
const when = (condition: string, head = '@id("x") ', action = 'action'): string =>
  `${head}permit (principal is Agent, ${action}, resource) when { ${condition} };`;
const FIND = 'action == Action::"crm/find"';

describe('refused with a place', () => {
  test.each<[string, string, RegExp]>([
    ['an id of the prototype', when('true', '@id("__proto__") '), /not a usable id/],
    ['a label in look-alike letters', when('true', '@id("x") @label("p\u0456i") '), /not a usable label/],
    [
      'a group in look-alike letters',
      '@id("x") @approve("f\u0456nance") forbid (principal, action, resource);',
      /not a registered group/,
    ],
    [
      'a group of the prototype',
      '@id("x") @approve("__proto__") forbid (principal, action, resource);',
      /not a registered group/,
    ],
    [
      'an owner that runs backwards',
      when('true', '@id("x") @owner("\\u{202e}nimda") '),
      /`@owner` says cannot be shown.*U\+202E/,
    ],
    [
      'a description that hides',
      when('true', '@id("x") @description("a\\u{200b}b") '),
      /`@description` says cannot be shown.*U\+200B/,
    ],
    [
      'an agent with an unseen letter',
      when('principal == Agent::"a\\u{200d}b"'),
      /the id of a `Agent` cannot be told.*U\+200D/,
    ],
    [
      'an agent with a look-alike accent',
      when('principal == Agent::"e\\u{301}"'),
      /the id of a `Agent` cannot be told.*NFC/,
    ],
    ['an agent with NUL', when('principal == Agent::"a\\0"'), /the id of a `Agent` cannot be told.*U\+0000/],
    ['NUL', when('resource.risk > 1 \0'), /U\+0000/],
    ['half a character', when('principal.purpose == "\ud800"'), /U\+D800/],
    ['half a character, escaped', when('principal.purpose == "\\u{d800}"'), /not a valid escape/],
    ['a byte order mark', `\ufeff${when('true')}`, /byte order mark/],
    ['text behind a carriage return', `// note\r${when('true')}`, /carriage return/],
    ['text behind a line end that Cedar does not see', `// note\u2028${when('true')}`, /U\+2028/],
    ['a string that never ends', when('principal.purpose == "x'), /unexpected|invalid/],
    [
      'a comment in place of a policy',
      '@id("x") permit (principal, /* all */ action, resource);',
      /unexpected token/,
    ],
    ['a string of a million quotes', `"${'\\"'.repeat(500_000)}`, /longer than/],
    ['a million letters', when(`principal.purpose == "${'a'.repeat(1_000_000)}"`), /longer than 65536/],
    [
      'ten thousand conditions',
      when(Array.from({ length: 2_500 }, (_, at) => `context has a${at}`).join(' && ')),
      /chain too many|too complex/,
    ],
    [
      'ten thousand attributes',
      when(
        `{${Array.from({ length: 3_000 }, (_, at) => `a${at}: 1`).join()}} == {a: 1} && context.input.q == 1`,
        '@id("x") ',
        FIND,
      ),
      /`input.q`.*not found|record/,
    ],
    ['parentheses', when(`${'('.repeat(5_000)}true${')'.repeat(5_000)}`), /nest deeper/],
    ['sets', when(`${'['.repeat(60)}1${']'.repeat(60)} == 1`), /.+/],
    ['nots', when(`${'!'.repeat(5_000)}true`), /.+/],
    ['minuses', when(`${'-'.repeat(5_000)}1 == 1`), /.+/],
    [
      'a slot',
      '@id("x") permit (principal == ?principal, action, resource) when { ?principal == principal };',
      /slot/,
    ],
    ['nothing but a semicolon', ';', /unexpected|expected/],
    [
      'a tool that is not there',
      when('resource == Tool::"crm/nothing"'),
      /`Tool::"crm\/nothing"` is not a known tool/,
    ],
  ])('%s', (_, text, message) => {
    const result = compiled(text, 'a.cedar', openCedar);
    expect(result.ok).toBe(false);
    const [first] = result.diagnostics;
    expect(first).toMatchObject({ severity: 'error', file: 'a.cedar' });
    expect(first?.message).toMatch(message);
  });

  test.each([
    ['policies.txt', /its name does not say what it holds; end it in `.cedar`/],
    ['links.yaml', /its name does not say/],
    ['a.cedar.bak', /its name does not say/],
    ['a\u202erade.cedar', /the name of the file cannot be told/],
  ])('a file named %j', (file, message) => {
    const result = compiled('', file);
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]?.message).toMatch(message);
  });

  test('two files of one name', () => {
    const twice = { file: 'a.cedar', text: '' };
    expect(
      compile([twice, twice], schema, { sha256Hex, open: () => cedar }).diagnostics[0]?.message,
    ).toContain('two files of this name');
  });
});

describe('means what it looks like', () => {
  test('attributes and record members named like prototypes', () => {
    const text = when(
      'context.input has "__proto__" && context.input["__proto__"] > 1 && {__proto__: context.input.n, constructor: 1}.constructor == 1',
      '@id("constructor") ',
      FIND,
    ).replace('context.input.n', '1');
    const policy = expectSet(compiled(text)).byId.get('constructor');
    expect(policy?.reads.map(({ path }) => path.join('.'))).toContain('context.input.__proto__');
  });

  test('what a record under a prototype’s name reads is seen', () => {
    const text = when('{__proto__: context.input}.__proto__ has n', '@id("x") ', FIND);
    expect(
      expectSet(compiled(text))
        .byId.get('x')
        ?.reads.map(({ path }) => path),
    ).toContainEqual(['context', 'input']);
  });

  test('lines that end as on Windows, with places told as editors tell them', () => {
    const text =
      '// one\r\n@id("x")\r\npermit (principal, action == Action::"crm/find", resource)\r\nwhen { context.input.q > 1 };\r\n';
    expect(compiled(text).diagnostics[0]).toMatchObject({ line: 4, column: 8 });
  });

  test('a string over lines that holds what looks like a policy', () => {
    const text =
      '@id("x") @description("a\n@id(\\"y\\") permit (principal, action, resource);\n") forbid (principal, action, resource);';
    expect(expectSet(compiled(text)).policies.map(({ id, effect }) => [id, effect])).toEqual([
      ['x', 'forbid'],
    ]);
  });

  test('ten thousand attributes of a tool', () => {
    const text = when(
      'context.input has a9999 && context.input.a9999 > 1',
      '@id("x") ',
      'action == Action::"crm/wide"',
    );
    expect(compiled(text).ok).toBe(true);
  });
});

describe('bounded', () => {
  /** How often the engine was asked. */
  function counted(text: string, kill = false): { result: CompileResult; asked: number; opened: number } {
    let asked = 0;
    let opened = 0;
    const open = (): Cedar => {
      opened += 1;
      return {
        ...cedar,
        policyToJson: (policy) => {
          asked += 1;
          if (kill) throw new Error('unreachable');
          return cedar.policyToJson(policy);
        },
      };
    };
    return { result: compiled(text, 'a.cedar', open), asked, opened };
  }

  test('a hundred thousand policies: the rest is not read', () => {
    const { result, asked } = counted(';'.repeat(100_000));
    expect(result.ok).toBe(false);
    expect(asked).toBeLessThanOrEqual(501);
    expect(result.diagnostics.length).toBeLessThanOrEqual(501);
    expect(result.diagnostics.at(-1)?.message).toContain('more than 500 things are wrong');
  });

  test('more policies than a set holds', () => {
    const ids = (from: number, count: number): string =>
      Array.from({ length: count }, (_, at) => `@id("p${from + at}")permit(principal,action,resource);`).join(
        '',
      );
    const open = (): Cedar => ({
      ...cedar,
      policyToJson: (policy) => {
        const id = /p\d+/.exec(typeof policy === 'string' ? policy : '')?.[0] ?? '';
        return {
          type: 'success',
          json: {
            effect: 'permit',
            principal: { op: 'All' },
            action: { op: 'All' },
            resource: { op: 'All' },
            conditions: [],
            annotations: { id },
          },
        };
      },
      validate: () => ({ type: 'success', validationErrors: [], validationWarnings: [], otherWarnings: [] }),
    });
    const sources = [
      { file: 'a.cedar', text: ids(0, 15_000) },
      { file: 'b.cedar', text: ids(15_000, 15_000) },
    ];
    const { diagnostics } = compile(sources, schema, { sha256Hex, open });
    expect(diagnostics[0]).toMatchObject({
      severity: 'error',
      file: 'b.cedar',
      message: 'a set holds at most 20000 policies, templates and links',
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });

  test('policies that each kill the engine: it is not opened again and again', () => {
    const text = Array.from({ length: 1_000 }, (_, at) => when('true', `@id("p${at}") `)).join('\n');
    const { result, opened } = counted(text, true);
    expect(opened).toBe(16);
    expect(result.diagnostics.at(-1)?.message).toContain('stop the engine again and again');
  });

  test('a thousand policies of unknown tools: each is told', () => {
    const text = Array.from({ length: 300 }, (_, at) =>
      when('true', `@id("p${at}") `, `action == Action::"crm/no${at}"`),
    ).join('\n');
    const { result } = counted(text);
    expect(
      result.diagnostics.filter(({ message }) => message.startsWith('unrecognized action')),
    ).toHaveLength(300);
  });
});

test('an engine that dies in one compilation lives in the next', () => {
  const kills = when(`${'('.repeat(200)}1 == 1${')'.repeat(200)}`);
  const open = (): Cedar => {
    const fresh = openCedar();
    // The guard against nested brackets stands before the engine; behind it the text does kill an instance.
    return {
      ...fresh,
      policyToJson: (policy) => fresh.policyToJson(policy === when('true') ? kills : policy),
    };
  };
  expect(compiled(when('true'), 'a.cedar', open).diagnostics[0]?.message).toContain(
    'too complex for the engine',
  );
  expect(compiled(when('resource.risk > 1'), 'a.cedar', open).ok).toBe(true);
});

const WORDS = [
  '@id("a")',
  '@id(',
  '"',
  '\\',
  '"x"',
  'permit',
  'forbid',
  '(principal, action, resource)',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ';',
  'when',
  'unless',
  'true',
  '?principal',
  '//',
  '/',
  '\n',
  '\r\n',
  ' ',
  '::',
  'Agent::"a"',
  '@',
  ',',
  '!',
  'context.input',
  '.',
  'has',
  'é',
  '\u202e',
  '\0',
  '\ufeff',
  '\ud800',
  '&&',
  '1',
  '__proto__',
];

test('no text makes it throw, and what compiles reads back as one policy of its own text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }),
      fc.constantFrom('a.cedar', 'a.links.yaml', 'a.meters.yaml', 'a'),
      (words, file) => {
        const text = words.join('');
        const result = compile([{ file, text }], schema, { sha256Hex, open: () => cedar });
        for (const { line, column, message } of result.diagnostics) {
          expect(message).not.toBe('');
          expect(text.split('\n')[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
        }
        for (const policy of result.ok ? result.set.policies : []) {
          expect(text).toContain(policy.text);
          expect(cedar.policyToJson(policy.text)).toEqual({ type: 'success', json: policy.json });
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
