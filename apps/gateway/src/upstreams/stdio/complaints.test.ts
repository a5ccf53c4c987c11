import { describe, expect, test } from 'vitest';
import { createComplaints } from './complaints.ts';

function start(secrets: readonly string[] = []) {
  const told: string[] = [];
  let now = 0;
  const complaints = createComplaints({
    server: 's',
    secrets,
    tell: (line) => void told.push(line),
    now: () => now,
  });
  return {
    told,
    complaints,
    say: (text: string) => complaints.push(Buffer.from(text)),
    pass: (ms: number) => void (now += ms),
  };
}

describe('what a process complains about', () => {
  test('is told line by line, printable', () => {
    const { told, say, complaints } = start();
    say('one\ntw');
    say('o\u001b[2J\u202e\r\n\n');
    complaints.end();
    expect(told).toEqual(['server `s` says: one', 'server `s` says: two [2J']);
  });

  test('holds no secret, also where it came in two parts, or one is a part of another', () => {
    const { told, say } = start(['hunter22', 'hunter22-long', 'abc']);
    say('a hunt');
    say('er22-long and hunter22, abc\n');
    expect(told).toEqual(['server `s` says: a (secret) and (secret), abc']);
  });

  test('holds no secret where a line is cut off', () => {
    const secret = 's3cret-'.repeat(20);
    const { told, say } = start([secret]);
    say(`${'x'.repeat(380)}${secret}${'y'.repeat(1000)}\n`);
    expect(told[0]).not.toContain('s3cret');
    expect(told[0]?.length).toBeLessThan(450);
  });

  test('is told so often and no more; how much is held back is told, too', () => {
    const { told, say, pass } = start();
    say('line\n'.repeat(1_000));
    expect(told).toHaveLength(20);
    pass(10_000);
    say('later\n');
    expect(told.slice(20)).toEqual([
      'server `s` says 980 more lines, which are not shown',
      'server `s` says: later',
    ]);
  });
});
