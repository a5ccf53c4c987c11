import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Hex } from '../testing/facts.ts';
import { WANT_PARTS } from './format.ts';
import { readCases } from './read.ts';
import { runCases } from './run.ts';

const page = readFileSync(new URL('../../../../docs/policy.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('### Cases'), page.indexOf('### One made-up call'));

const POLICIES = `
@id("clerks-pay") permit (principal is Agent, action == Action::"payments/pay", resource)
when { principal.capabilities.contains("payments") };
@id("large-payments-need-finance") @approve("finance")
forbid (principal, action == Action::"payments/pay", resource) when { context.input.amount_cents > 100000 };
`;

test('the cases that the documentation shows read, and come out as it says', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(section) ?? [];
  const read = readCases({ file: 'docs/policy.md', text });
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  const { results } = runCases(read.cases, { sources: [{ file: 'a.cedar', text: POLICIES }], sha256Hex });
  expect(results.flatMap(({ name, differences }) => differences.map((one) => [name, one]))).toEqual([]);
  expect(results).toHaveLength(3);
});

test('the documentation names every part that a case can want', () => {
  for (const part of WANT_PARTS) expect(section).toContain(`\`${part}\``);
});
