// What the query bar knows: its keys, the words that some of them take, and other names that people try.
export const KEYS = {
  outcome: 'how it stands: ok, failed, denied, held, open, unknown, ended; or one such as tool_error',
  operation: 'such as mcp:tools/call',
  protocol: 'mcp or a2a',
  server: 'the server or agent that was called',
  tool: 'a tool, prompt or resource, with or without its server: github/get_issue, github/*',
  agent: 'the agent that called',
  actor: 'an agent among those acting, root to caller',
  team: 'the agent’s team',
  owner: 'who answers for the agent',
  subject: 'on behalf of this person',
  policy: 'a policy that decided, or a guard that matched',
  reason: 'why it was decided so, such as no_permit',
  approval: 'waiting, approved, rejected, expired; or the id of a request',
  label: 'carries this label',
  chain: 'the id of its chain',
  trace: 'the id of its trace',
  latency: 'how long it took: >2s, <=150ms',
} as const;

export type Key = keyof typeof KEYS;

export const isKey = (name: string): name is Key => Object.hasOwn(KEYS, name);

const OTHER_NAMES: ReadonlyMap<string, Key> = new Map([
  ['upstream', 'server'],
  ['resource', 'tool'],
  ['decision', 'outcome'],
  ['state', 'outcome'],
  ['principal', 'agent'],
  ['user', 'subject'],
  ['person', 'subject'],
  ['duration', 'latency'],
  ['took', 'latency'],
]);

/** Whose values are words of ours: all that may be given, each with how it is told apart from the others. */
export const STANDS = ['ok', 'failed', 'denied', 'held', 'open', 'unknown', 'ended'] as const;
const OUTCOMES = ['tool_error', 'protocol_error', 'upstream_error', 'withheld', 'aborted'];
const WORDS: Partial<Readonly<Record<Key, readonly string[]>>> = {
  outcome: [...STANDS, ...OUTCOMES],
  protocol: ['mcp', 'a2a'],
};
/** As people say it, and as it is called here. */
const SAID: ReadonlyMap<string, string> = new Map([
  ['deny', 'denied'],
  ['hold', 'held'],
  ['done', 'ok'],
  ['error', 'failed'],
  ['running', 'open'],
]);

export const APPROVALS = ['waiting', 'approved', 'rejected', 'expired'] as const;

/** All words that a key takes; none where it takes names. */
export const wordsOf = (key: Key): readonly string[] => (key === 'approval' ? APPROVALS : (WORDS[key] ?? []));

const LATENCY = /^(?:>=?|<=?)\d{1,9}(?:\.\d{1,6})?(?:us|ms|s|m)$/;

/** Keys of which calls have one value each: of these, how it begins may be asked. */
const BEGINS: ReadonlySet<Key> = new Set([
  'operation',
  'server',
  'tool',
  'agent',
  'team',
  'owner',
  'subject',
  'reason',
]);
export const mayBegin = (key: Key): boolean => BEGINS.has(key);

/** The value as it is called here; an explanation, where it cannot be one. */
export function checkedValue(
  key: Key,
  value: string,
): { readonly value: string } | { readonly fault: string } {
  if (key === 'latency')
    return LATENCY.test(value)
      ? { value }
      : { fault: 'give a comparison and a unit, such as >2s or <=150ms' };
  if (key === 'approval') {
    const isKnown = value.startsWith('apr_') || APPROVALS.some((each) => each === value);
    return isKnown ? { value } : { fault: `give ${APPROVALS.join(', ')}, or the id of a request` };
  }
  if (key === 'trace' && !/^[0-9a-f]{32}$/.test(value)) return { fault: 'give 32 lowercase hex digits' };
  const said = key === 'outcome' ? (SAID.get(value) ?? value) : value;
  const words = WORDS[key];
  return words === undefined || words.includes(said)
    ? { value: said }
    : { fault: `give one of ${words.join(', ')}` };
}

/** The key that was probably meant; null where none is near. */
export function nearestKey(name: string): Key | null {
  const other = OTHER_NAMES.get(name);
  if (other !== undefined) return other;
  const near = (Object.keys(KEYS) as Key[])
    .map((key) => ({ key, steps: distance(name, key) }))
    .sort((a, b) => a.steps - b.steps)[0];
  return near !== undefined && near.steps <= 2 ? near.key : null;
}

/** How many letters have to be put, taken or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
