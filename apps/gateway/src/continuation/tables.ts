// What of a database goes over to the log that continues it. Every table is on one of the two lists; a test keeps that so,
// since what is forgotten here would be lost, or would speak of entries that the new log does not have.

/** State that outlives the log: who is registered, who may what, and what they were exposed to. */
export const CARRIED = [
  'admin_tokens',
  'approvals',
  'catalog',
  'change_reviews',
  'changes',
  'exposures',
  'legal_holds',
  'meters',
  'objects',
  'policy_sets',
  'policy_versions',
  'reviews',
  'shadow_set',
  'tool_pins',
] as const;

/** The log itself, what is made of it or counts by its indexes, and work that was in flight. */
export const LEFT = [
  'call_index',
  'calls',
  'chain_labels',
  'chains',
  'checkpoints',
  'config_in_force',
  'contexts',
  'cosigned',
  'entries',
  'entry_kinds',
  'erasures',
  'exports',
  'index_rebuilds',
  'key_manifests',
  'log_head',
  'masks',
  'payload_key',
  'payloads',
  'publications',
  'retention',
  'sessions',
  'shadow_differences',
  'sinks',
  'tasks',
  'tiles',
] as const;
