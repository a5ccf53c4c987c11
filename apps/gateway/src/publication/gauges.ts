// What publishing shows to those who watch the gateway from outside, as numbers.
import type { Gauge } from '../admin/metrics.ts';
import type { PublicationRecord } from '../store/readers/publications.ts';
import type { HeldStatus } from './held.ts';

export function publicationGauges(
  held: HeldStatus,
  standing: readonly PublicationRecord[],
  at: number,
): readonly Gauge[] {
  const labels = ({ kind, name }: PublicationRecord) => ({ kind, target: name });
  return [
    {
      name: 'countersign_log_held_entries',
      help: 'Entries covered by the newest checkpoint that somebody else holds.',
      samples: [{ labels: {}, value: held.size }],
    },
    {
      name: 'countersign_log_held_age_seconds',
      help: 'Age of the newest checkpoint that somebody else holds; grows while the log is quiet as well.',
      samples: held.at === null ? [] : [{ labels: {}, value: (at - held.at) / 1000 }],
    },
    {
      name: 'countersign_log_unheld_seconds',
      help: 'How long the oldest entry waits that nobody else holds; 0 when there is none.',
      samples: [{ labels: {}, value: held.waitingMs / 1000 }],
    },
    {
      name: 'countersign_publication_entries',
      help: 'Entries covered by the newest checkpoint that this target took.',
      samples: standing.map((record) => ({ labels: labels(record), value: record.size })),
    },
    {
      name: 'countersign_publication_failures',
      help: 'Attempts that failed since this target last took a checkpoint.',
      samples: standing.map((record) => ({ labels: labels(record), value: record.failures })),
    },
  ];
}
