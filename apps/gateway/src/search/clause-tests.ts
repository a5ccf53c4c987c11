// What each key of the language asks of a call.
import { type CallTest, isTest, latencyTest, prefixTest, standingTest, targetTest } from './call-tests.ts';
import { type Facet, plainColumn } from './facets.ts';
import type { Key } from './language/keys.ts';
import type { Test } from './language/types.ts';
import { APPROVALS } from './language/values.ts';

/** Throws for what `readQuery` does not give. SECURITY: a query that is not understood must not find more than it says. */
export function testOf({ key, value, isPrefix }: Test): CallTest {
  if (key === 'tool') return targetTest(value, isPrefix);
  if (isPrefix) return beginningTest(key, value);
  switch (key) {
    case 'outcome':
      return standingTest(value) ?? isTest('outcome', value);
    case 'latency':
      return latencyTest(value) ?? unknown(key, value);
    case 'approval':
      return approvalTest(value);
    default:
      return isTest(facetOf(key), value);
  }
}

function approvalTest(value: string): CallTest {
  if (!Object.hasOwn(APPROVALS, value)) return isTest('approval', value);
  const { facet, value: stands } = APPROVALS[value as keyof typeof APPROVALS];
  return isTest(facet, stands);
}

function beginningTest(key: Key, value: string): CallTest {
  const facet = facetOf(key);
  const column = plainColumn(facet);
  return column === null ? unknown(key, `${value}*`) : prefixTest(facet, column, value);
}

/** The facet of the index that a key asks of. */
function facetOf(key: Key): Facet {
  if (key === 'server') return 'upstream';
  if (key === 'tool' || key === 'latency' || key === 'from' || key === 'to') return unknown(key, '');
  return key;
}

function unknown(key: Key, value: string): never {
  throw new TypeError(`a search was asked for \`${key}:${value}\`, which no index can tell`);
}
