// What `/metrics` says of the index of calls.
import type { Gauge } from '../admin/metrics.ts';
import type { IndexStatus } from './watch.ts';

export const indexGauge = ({ faults }: IndexStatus): Gauge => ({
  name: 'countersign_index_faults',
  help: 'Differences between the index of calls and the log found since the start. Anything but 0: run countersign log fsck.',
  samples: [{ labels: {}, value: faults }],
});
