import { describe, expect, test } from 'vitest';
import { mapped, readRoles } from './roles.ts';

describe('roles', () => {
  test('that are stored are read, and an unknown one voids them all', () => {
    expect(readRoles(['viewer', 'policy_author'])).toEqual(['viewer', 'policy_author']);
    expect(readRoles(['admin', 'root'])).toBeNull();
  });

  const map = { sec: ['viewer', 'auditor'], fin: ['viewer', 'approver'] } as const;

  test('come from groups, each once', () => {
    expect(mapped(['fin', 'sec', 'other'], map)).toEqual(['viewer', 'auditor', 'approver']);
  });

  test.each([[[]], [['SEC']], [['sec ']], [['__proto__', 'constructor', 'toString']]])(
    'are none for the groups %j',
    (groups) => {
      expect(mapped(groups, map)).toEqual([]);
    },
  );
});
