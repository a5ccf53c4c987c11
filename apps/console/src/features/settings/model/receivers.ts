// Receivers as they are configured, each with how it stands; one that has not begun has no standing yet.
import type { Settings, SinkList } from '../../../api/types.ts';

type Configured = Settings['receivers'][number];
type Standing = SinkList['sinks'][number];

export interface Receiver extends Configured {
  readonly standing: Standing | null;
}

export const receiversOf = (
  configured: readonly Configured[],
  sinks: readonly Standing[],
): readonly Receiver[] =>
  configured.map((receiver) => ({
    ...receiver,
    standing: sinks.find(({ name }) => name === receiver.name) ?? null,
  }));
