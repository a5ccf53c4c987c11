// `npm start -- --exit --json` as a newcomer runs it, but for the set-up: one object on standard output, nothing else.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the quickstart scenario ends with what it promises', async () => {
  const script = fileURLToPath(new URL('../../packages/testkit/src/quickstart/main.ts', import.meta.url));
  const { promise, resolve } = Promise.withResolvers<{
    code: number | null;
    stdout: string;
    stderr: string;
  }>();
  const child = execFile(process.execPath, [script, '--exit', '--json'], (_error, stdout, stderr) =>
    resolve({ code: child.exitCode, stdout, stderr }),
  );
  const { code, stdout, stderr } = await promise;
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    allowed: expect.any(Number),
    denied: expect.any(Number),
    held: 2,
    approved: 1,
    rejected: 1,
    unregistered: 1,
    entries: expect.any(Number),
    verified: true,
  });
});
