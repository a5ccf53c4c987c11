import { expect, test } from 'vitest';
import { segmentsOf } from './segments.ts';

const TEXT = `@id("p") // first
@approve("finance") @odd("x")
forbid (principal is Agent, action in [Action::"payments/pay"], resource == ?resource)
when { context.input.amount >= 10 && principal has team && "a
b\\"" like "*" } unless { [1].contains(2) };`;

const kinds = (kind: string): string[] =>
  segmentsOf(TEXT)
    .filter((segment) => segment.kind === kind)
    .map(({ text }) => text);

test('the parts of a text are all of it', () => {
  expect(
    segmentsOf(TEXT)
      .map(({ text }) => text)
      .join(''),
  ).toBe(TEXT);
});

test.each([
  ['comment', ['// first']],
  ['annotation', ['@id']],
  ['guard', ['@approve']],
  ['unknown', ['@odd']],
  ['forbid', ['forbid']],
  ['type', ['Agent', 'Action']],
  ['slot', ['?resource']],
  ['keyword', ['is', 'in', 'when', 'has', 'like', 'unless']],
  ['attribute', ['input', 'amount', 'team']],
  ['function', ['contains']],
  ['number', ['10', '1', '2']],
  ['variable', ['principal', 'action', 'resource', 'context', 'principal']],
  ['string', ['"p"', '"finance"', '"x"', '"payments/pay"', '"a\nb\\""', '"*"']],
])('%s is shown apart', (kind, texts) => {
  expect(kinds(kind)).toEqual(texts);
});

test('ranges stand out, also across parts', () => {
  const from = TEXT.indexOf('context.input');
  const marked = segmentsOf(TEXT, [{ from, to: from + 'context.input.amount'.length }]).filter(
    ({ isMarked }) => isMarked,
  );
  expect(marked.map(({ text }) => text).join('')).toBe('context.input.amount');
});

test('names of what every object has are words like others', () => {
  expect(segmentsOf('constructor @toString("") __proto__').map(({ kind }) => kind)).toEqual([
    'plain',
    'unknown',
    'plain',
    'string',
    'plain',
  ]);
});
