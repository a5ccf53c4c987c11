import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentOf } from './content.ts';
import { A2A_0_3 } from './dialects/v0-3.ts';
import { A2A_1_0 } from './dialects/v1.ts';

const NONE = new Map<string, string>();
const content = (
  message: object,
  more: { metadata?: unknown; headers?: ReadonlyMap<string, string> } = {},
) => {
  const { headers = NONE, ...params } = more;
  return JSON.parse(
    contentOf({ message: { role: 'ROLE_USER', parts: [], ...message }, ...params }, headers, A2A_1_0),
  ) as Record<string, unknown>;
};
const earlier = (message: object) =>
  JSON.parse(contentOf({ message: { role: 'user', ...message } }, NONE, A2A_0_3)) as unknown;

const EMPTY = {
  role: 'user',
  parts: [],
  mediaTypes: [],
  hosts: [],
  dataKeys: [],
  textLength: 0,
  extensions: [],
  metadata: [],
};

test('sums up what the parts of a message are, without what they say', () => {
  const parts = [
    { text: 'pay 4111', mediaType: 'text/plain; charset=utf-8' },
    { text: '👍é' },
    { raw: 'aGk=', mediaType: 'Application/PDF', filename: 'a.pdf' },
    { url: 'https://Files.example:8443/a?token=x', mediaType: 'image/png' },
    { data: { salary: 1, name: 'x' } },
    { data: { name: 'y' } },
  ];
  expect(content({ parts, role: 'ROLE_AGENT' })).toEqual({
    ...EMPTY,
    role: 'agent',
    parts: ['text', 'raw', 'url', 'data'],
    mediaTypes: ['text/plain', 'application/pdf', 'image/png'],
    hosts: ['files.example'],
    dataKeys: ['salary', 'name'],
    textLength: 10,
  });
});

test('a message of 0.3 is the same to a policy as one of 1.0', () => {
  expect(
    earlier({
      parts: [
        { kind: 'text', text: 'hello' },
        { kind: 'file', file: { bytes: 'aGk=', mimeType: 'application/pdf' } },
        { kind: 'file', file: { uri: 'https://files.example/a' } },
        { kind: 'data', data: { salary: 1 } },
      ],
    }),
  ).toEqual(
    content({
      parts: [
        { text: 'hello' },
        { raw: 'aGk=', mediaType: 'application/pdf' },
        { url: 'https://files.example/a' },
        { data: { salary: 1 } },
      ],
    }),
  );
});

test('what is not said of a file or of data stands as an empty name, so that a list of allowed ones lacks it', () => {
  expect(
    content({ parts: [{ raw: '' }, { url: 'data:,x' }, { url: 'no address' }, { data: [1] }] }),
  ).toMatchObject({
    mediaTypes: [''],
    hosts: [''],
    dataKeys: [''],
  });
});

test('names the extensions in use and the keys of all metadata', () => {
  const headers = new Map([
    ['a2a-extensions', 'https://a.example/v1, https://b.example/v1,'],
    ['x-a2a-extensions', 'https://c.example/v1'],
  ]);
  expect(
    content(
      {
        extensions: ['https://a.example/v1', 'https://d.example/v1'],
        metadata: { 'https://a.example/v1': { n: 1 }, plain: 1 },
        parts: [{ text: '', metadata: { 'of-part': 1 } }],
      },
      { headers, metadata: { 'of-request': 1 } },
    ),
  ).toMatchObject({
    extensions: [
      'https://a.example/v1',
      'https://d.example/v1',
      'https://b.example/v1',
      'https://c.example/v1',
    ],
    metadata: ['https://a.example/v1', 'plain', 'of-request', 'of-part'],
  });
});

test.each([
  ['of the message', { metadata: { skillId: 'translate' } }, {}],
  ['of the request', {}, { metadata: { skill_id: 'translate' } }],
  ['of both, alike', { metadata: { skill: 'translate' } }, { metadata: { skillId: 'translate' } }],
  ['under an address', { metadata: { 'https://ext.example/v1/skill': 'translate' } }, {}],
  [
    'of an extension in use',
    {
      extensions: ['https://ext.example/v1'],
      metadata: { 'https://ext.example/v1': { skillId: 'translate' } },
    },
    {},
  ],
])('finds the skill in metadata %s', (_, message, more) => {
  expect(content(message, more)).toMatchObject({ skill: 'translate' });
});

test.each([
  ['several', { metadata: { skill: 'translate', skillId: 'transfer' } }],
  ['one that is no name', { metadata: { skill: { id: 'translate' } } }],
  ['one that is longer than any name', { metadata: { skill: 'x'.repeat(1025) } }],
])('a skill that could be read otherwise is none that a policy allows: %s', (_, message) => {
  expect(content(message)).toMatchObject({ skill: '' });
});

test('there is no skill where no metadata names one', () => {
  expect(content({ metadata: { 'https://ext.example/v1': { skillId: 'x' } } })).not.toHaveProperty('skill');
});

test('more names than are shown are missing, which is not the same as none', () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, i]));
  const shown = content({ parts: [{ data: many }], metadata: { ['m'.repeat(1025)]: 1 } });
  expect(shown).not.toHaveProperty('dataKeys');
  expect(shown).not.toHaveProperty('metadata');
  expect(shown).toMatchObject({ parts: ['data'], hosts: [] });
});

test('says something of whatever a message holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (message, metadata) => {
      for (const dialect of [A2A_1_0, A2A_0_3])
        expect(JSON.parse(contentOf({ message, metadata }, NONE, dialect))).toMatchObject({
          role: expect.any(String) as string,
          textLength: expect.any(Number) as number,
        });
    }),
  );
});
