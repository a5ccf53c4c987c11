// What others hold of the log, as a bundle brings it along: checkpoints with the cosignatures of witnesses, and time
// stamps. Each is the newest there is: one that covers more shows more.
import { parseCheckpoint } from '@countersign/audit';
import type { ExportReaders } from './types.ts';

export interface Anchor {
  readonly to: 'witness' | 'file' | 'timestamp' | 'log';
  readonly name: string;
  readonly note: string;
  /** Base64. */
  readonly proof: string | null;
  /** Number of entries that it covers. */
  readonly size: number;
}

/** @param size of the checkpoint of the bundle: what covers more is of no use in it. */
export async function anchorsOf(
  size: number,
  { publications, log }: Pick<ExportReaders, 'publications' | 'log'>,
) {
  const anchors: Anchor[] = [];
  const cosigned = await publications.newestCosigned();
  if (cosigned !== null && cosigned.size <= size)
    anchors.push({ to: 'witness', name: 'witnesses', note: cosigned.note, proof: null, size: cosigned.size });
  for (const { kind, name, size: taken, proof } of await publications.all()) {
    if (kind !== 'timestamp' || proof === null || taken === 0 || taken > size) continue;
    const checkpoint = await log.checkpointAt(taken);
    if (checkpoint === null || !parseCheckpoint(checkpoint.note).ok) continue;
    const { note } = checkpoint;
    anchors.push({ to: kind, name, note, proof: Buffer.from(proof).toString('base64'), size: taken });
  }
  return anchors;
}
