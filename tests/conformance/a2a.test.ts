// The official A2A client against an agent on the official SDK, directly and through the gateway, in every binding of 1.0 and in 0.3:
// the results are the same but for those that testdata/conformance/a2a-differs.json names, with a reason; and docs/conformance.md
// says what was found (`npm run conformance` writes it).
import { readFile } from 'node:fs/promises';
import { type A2aDiffers, a2aProblemsOf, proveA2a, renderA2a, withGenerated } from '@countersign/testkit';
import { beforeAll, expect, test } from 'vitest';

const LIST = new URL('../../testdata/conformance/a2a-differs.json', import.meta.url);
const DOCUMENT = new URL('../../docs/conformance.md', import.meta.url);

let findings: Awaited<ReturnType<typeof proveA2a>>;
let differs: A2aDiffers;
beforeAll(async () => {
  findings = await proveA2a();
  differs = JSON.parse(await readFile(LIST, 'utf8')) as A2aDiffers;
});

test('what a client of A2A is told through the gateway is what the agent tells it, but for what is listed', () => {
  expect(a2aProblemsOf(findings, differs)).toEqual([]);
});

test('the runs hold what they are for: answers, streams and every error that an agent has', () => {
  const text = findings.map(({ direct }) => direct).join('\n');
  for (const name of ['TaskNotFound', 'TaskNotCancelable', 'UnsupportedOperation', 'RequestMalformed'])
    expect(text).toContain(`"${name}Error"`);
  for (const kind of ['artifactUpdate', 'statusUpdate', 'TASK_STATE_CANCELED', 'of the client'])
    expect(text).toContain(kind);
});

test('docs/conformance.md tells what was found', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  expect(document).toBe(withGenerated(document, 'a2a', renderA2a(findings, differs)));
});
