// What the log says of the process itself.
import type { Config } from '../config.ts';
import { VERSION } from '../version.ts';

export function startedEntry(config: Config) {
  const version = `countersign ${VERSION}, node ${process.version}, ${process.platform}-${process.arch}`;
  return {
    kind: 'node.started',
    call: null,
    agent: null,
    chain: null,
    body: {},
    details: { version, config: JSON.stringify(config) },
  } as const;
}

export function stoppedEntry() {
  return {
    kind: 'node.stopped',
    call: null,
    agent: null,
    chain: null,
    body: { reason: 'signal' },
    details: {},
  } as const;
}
