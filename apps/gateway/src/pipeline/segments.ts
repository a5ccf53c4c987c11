// What a long stream told its client, segment by segment: a stream that stays open for days, and is no call of its own, must
// not be a blank in the record until it ends (DESIGN section 5). A segment is how many events came, and their digest.
import { createHash } from 'node:crypto';
import type { EntryDraft } from '@countersign/audit';
import type { Deps } from './deps.ts';
import { json } from './entries.ts';
import type { RecordedCall } from './types.ts';

export interface Segments {
  /** An event of the server that its client is told. */
  told(raw: Uint8Array): void;
  /** Writes what is left; rejects where it, or an earlier segment, cannot be written. */
  end(): Promise<void>;
}

/** A segment ends so long after its first event, or with so many. */
const SEGMENT_MS = 60_000;
const SEGMENT_EVENTS = 1_000;

/** @param onFailure called once, when a segment cannot be written: the stream must not go on. */
export function createSegments(
  { id, upstream, operation, caller }: RecordedCall,
  { writer, now }: Pick<Deps, 'writer' | 'now'>,
  onFailure: () => void,
): Segments {
  let [events, bytes, from, part] = [0, 0, 0, 0];
  let hash = createHash('sha256');
  let timer: NodeJS.Timeout | undefined;
  let failure: string | null = null;
  let written: Promise<void> = Promise.resolve();

  async function write(entry: EntryDraft): Promise<void> {
    const result = await writer.commit({ entries: [entry] });
    if (result.ok || failure !== null) return;
    failure = `a segment of ${id} cannot be recorded: ${result.code}`;
    onFailure();
  }

  function cut(): void {
    clearTimeout(timer);
    if (events === 0) return;
    const entry: EntryDraft<'stream.segment'> = {
      kind: 'stream.segment',
      call: null,
      agent: caller.agent?.uid ?? null,
      chain: null,
      body: { upstream: upstream.uid, operation, stream: id, part, events, bytes, from, to: now() * 1000 },
      details: { rx: json({ sha256: hash.digest('hex'), bytes }) },
    };
    [events, bytes, part] = [0, 0, part + 1];
    hash = createHash('sha256');
    written = written.then(() => write(entry));
  }

  return {
    told(raw) {
      if (events === 0) {
        from = now() * 1000;
        timer = setTimeout(cut, SEGMENT_MS);
        timer.unref();
      }
      events += 1;
      bytes += raw.byteLength;
      hash.update(raw);
      if (events >= SEGMENT_EVENTS) cut();
    },
    async end() {
      cut();
      await written;
      if (failure !== null) throw new Error(failure);
    },
  };
}
