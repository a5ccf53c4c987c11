// What an operator watches of sinks: how far behind, how old, how often it failed.
import type { Gauge } from '../admin/metrics.ts';
import type { SinkStatus } from './types.ts';

export function sinkGauges(statuses: readonly SinkStatus[]): readonly Gauge[] {
  const of = (figure: (status: SinkStatus) => number): Gauge['samples'] =>
    statuses.map((status) => ({ labels: { sink: status.name, kind: status.kind }, value: figure(status) }));
  return [
    {
      name: 'countersign_sink_lag_entries',
      help: 'Entries that the sink has not taken yet.',
      samples: of(({ lag }) => lag),
    },
    {
      name: 'countersign_sink_lag_seconds',
      help: 'Age of the first entry that the sink has not taken.',
      samples: of(({ lagMs }) => lagMs / 1000),
    },
    {
      name: 'countersign_sink_failing',
      help: 'Whether the last attempt to send failed.',
      samples: of(({ state }) => (state === 'failing' ? 1 : 0)),
    },
    {
      name: 'countersign_sink_delivered_total',
      help: 'Entries that the sink took since the start.',
      type: 'counter',
      samples: of(({ delivered }) => delivered),
    },
    {
      name: 'countersign_sink_failures_total',
      help: 'Attempts to send that failed since the start.',
      type: 'counter',
      samples: of(({ failures }) => failures),
    },
  ];
}
