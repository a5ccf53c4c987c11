import { expect, test } from 'vitest';
import { receiversOf } from './receivers.ts';

const configured = {
  name: 'siem',
  kind: 'otlp' as const,
  destination: 'collector.example:4318',
  credential: null,
  details: [],
};

test('each receiver is shown with how it stands, and one that has not begun without', () => {
  const standing = {
    name: 'siem',
    kind: 'otlp' as const,
    next: 7,
    lag: 3,
    lagMs: 40,
    state: 'failing' as const,
    error: 'no answer',
    failingSince: null,
    delivered: 7,
    failures: 2,
  };
  const [siem, other] = receiversOf([configured, { ...configured, name: 'lake' }], [standing]);
  expect(siem?.standing?.error).toBe('no answer');
  expect(other?.standing).toBeNull();
});
