// The proof of conformance: the official suite run twice for each revision, once without the gateway and once through it. Both runs
// of a pair have the same processes at the other end.
import { compare, type Comparison } from './compare.ts';
import { startGoverned } from './governed.ts';
import { startConformanceFixture } from './start-fixture.ts';
import { type Revision, runClientScenarios, runServerScenarios } from './suite.ts';

const REVISIONS: readonly Revision[] = ['2025-11-25', '2026-07-28'];
const SERVER = 'fixture';

/** The suite's scenarios for servers, against the fixture. */
export async function proveServer(): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (const revision of REVISIONS) {
    const fixture = await startConformanceFixture();
    const governed = await startGoverned({ [SERVER]: fixture.url });
    try {
      const direct = await runServerScenarios(revision, fixture.url);
      const token = await governed.token(SERVER);
      const through = await runServerScenarios(revision, governed.url(SERVER), token);
      found.push(compare('server', revision, direct, through));
    } finally {
      await governed.close();
      await fixture.stop();
    }
  }
  return found;
}

/** The suite's scenarios for clients, with the SDK's client and the suite's mock servers. */
export async function proveClient(): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (const revision of REVISIONS) {
    const governed = await startGoverned({});
    try {
      const direct = await runClientScenarios(revision, 'direct');
      const env = { CONFORMANCE_GATEWAY: JSON.stringify(governed.address) };
      const through = await runClientScenarios(revision, 'through', env);
      found.push(compare('client', revision, direct, through));
    } finally {
      await governed.close();
    }
  }
  return found;
}
