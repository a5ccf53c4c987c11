import { expect, test } from 'vitest';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { twoReadings } from './two-readings.ts';

const SHAPE = compileShape({
  '': { known: ['id', 'result'] },
  result: { known: ['resultType'] },
});

function readings(text: string) {
  const scanned = scan(Buffer.from(text), SHAPE, { tolerant: true });
  if (!scanned.ok) throw new Error(scanned.error.message);
  return twoReadings(scanned.value);
}

test.each([
  ['a type that stands twice', '{"id":1,"result":{"resultType":"input_required","resultType":"complete"}}'],
  ['a type under another case', '{"id":1,"result":{"resulttype":"input_required"}}'],
  ['an unknown member that stands twice', '{"id":1,"result":{"x":1,"y":{"z":1},"x":2}}'],
  ['two results', '{"id":1,"result":{"a":1},"result":{}}'],
  ['two ids', '{"id":1,"id":2,"result":{}}'],
  ['a prototype', '{"id":1,"result":{"__proto__":{}}}'],
])('%s can be read in two ways', (_, text) => {
  expect(readings(text)).not.toBeNull();
});

test.each([
  ['nothing unusual', '{"id":1,"result":{"resultType":"complete","content":[]}}'],
  [
    'what a tool says twice',
    '{"id":1,"result":{"structuredContent":{"a":1,"a":2},"content":[{"b":1,"b":2}]}}',
  ],
  ['a name that means something elsewhere', '{"id":1,"result":{"structuredContent":{"RESULTTYPE":1}}}'],
])('%s can not', (_, text) => {
  expect(readings(text)).toBeNull();
});
