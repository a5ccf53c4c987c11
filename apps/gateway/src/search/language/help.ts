// The language by examples, as the query bar and docs/query-language.md show them; a test asks all of them.

export const EXAMPLES = {
  'refunds crm': 'both words, anywhere in the sentence or the names of a call',
  'agent:clerk outcome:denied': 'what stands side by side all has to hold',
  'agent:clerk agent:planner': 'a key that is named again: any of its values',
  'label:pii &label:finance': 'a & before it: that as well, both at once',
  '-server:dev -refunds': 'a - before it: not this',
  'outcome:held|label:pii': 'a | between: one of them, whatever their keys',
  'tool:github/* agent:cl*': 'a * at the end: whatever follows',
  'latency:>2s latency:<=5s': 'longer than one, no longer than the other: >, >=, <, <= and us, ms, s, m',
  'subject:"Zoë Q" tool:"odd*name"': 'in quotation marks: spaces and signs that belong to the value',
  'from:2026-01-31T12:00:00Z to:2026-02-01T00:00:00Z': 'times, with their offset; the end is not included',
} as const;
