// Every kind of failure that a verifier of bundles names without an engine or roots of time stamps, each with a bundle that
// has it. For tests only.

import type { FailureCode } from '../../verify/types.ts';
import { CHANGED_LINES } from './lines.ts';
import { WRONG_HEADS } from './heads.ts';
import { FAULTY_LOGS, type FaultyLog } from './logs.ts';
import { asIs, type SpoiltBundle, spoilt } from './spoilt.ts';

/** What only a whole log can have, since a bundle is no beginning, no end and no store. */
export type OfLogsOnly =
  | 'log_empty'
  | 'entry_missing'
  | 'entry_out_of_order'
  | 'archive_mismatch'
  | 'log_not_opened'
  | 'log_opened_twice'
  | 'checkpoint_order'
  | 'checkpoint_root'
  | 'tail_missing';

/** What takes the policy engine: where there is none, decisions are not checked. */
export type ByEngine =
  | 'decision_without_policy'
  | 'policy_set_missing'
  | 'schema_mismatch'
  | 'replay_outcome'
  | 'replay_reason'
  | 'replay_policies'
  | 'replay_obligations';

/** `timestamp_invalid` takes roots of certificates: where there are none, time stamps are not checked. */
export type OfAnyBundle = Exclude<FailureCode, OfLogsOnly | ByEngine | 'timestamp_invalid'>;

const bundled = ({ log, at }: FaultyLog): Promise<SpoiltBundle> => spoilt(at, asIs, { log });

const OF_LOGS = Object.fromEntries(
  Object.entries(FAULTY_LOGS).map(([code, make]) => [code, () => bundled(make())]),
) as Record<keyof typeof FAULTY_LOGS, () => Promise<SpoiltBundle>>;

export const SPOILT_BUNDLES: Readonly<Record<OfAnyBundle, () => Promise<SpoiltBundle>>> = {
  ...OF_LOGS,
  ...CHANGED_LINES,
  ...WRONG_HEADS,
};
