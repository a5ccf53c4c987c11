// `npm run conformance`: the official MCP suite, direct and through the gateway. No check differs but those that are named, with a
// reason, in testdata/conformance/not-yet.json; and docs/conformance.md says what was found.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/conformance.ts', import.meta.url));
const LIMIT_MS = 600_000;

test('what the official suite finds through the gateway is what it finds without it, as docs/conformance.md tells', {
  timeout: LIMIT_MS,
}, async () => {
  const { promise, resolve } = Promise.withResolvers<{ failed: boolean; output: string }>();
  execFile(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, '--check'],
    { maxBuffer: 64 * 1024 * 1024, timeout: LIMIT_MS },
    (error, stdout, stderr) => resolve({ failed: error !== null, output: `${stdout}${stderr}` }),
  );
  const { failed, output } = await promise;
  expect(failed, output).toBe(false);
});
