// Starts the fixture of the conformance suite as a process of its own.
import { type RunningProcess, startProcess } from '../process.ts';

/** `url` of it is its MCP endpoint. */
export function startConformanceFixture(): Promise<RunningProcess> {
  return startProcess({ script: new URL('./fixture.ts', import.meta.url) });
}
