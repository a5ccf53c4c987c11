// What calls can be asked by: the keys of the language, in one sentence each, and other names that people try.

export const KEYS = {
  outcome: 'how it stands: ok, failed, denied, held, open, unknown, ended; or one such as tool_error',
  decision: 'allow, deny, hold',
  state: 'denied, held, open, completed, unknown',
  operation: 'such as mcp:tools/call',
  protocol: 'mcp or a2a',
  server: 'the server or agent that was called',
  tool: 'a tool, prompt or resource, with or without its server: github/get_issue, github/*',
  resource: 'the same without its server, letter by letter: file:///etc/hosts',
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
  text: 'words, all of them anywhere in the sentence or the names; the same as without a key',
  from: 'began at or after: 2026-01-31T12:00:00Z',
  to: 'began before',
} as const;

export type Key = keyof typeof KEYS;

/** Other names of keys, as good as theirs: those of parameters of the API, and of conditions. */
const ALIASES: ReadonlyMap<string, Key> = new Map([
  ['upstream', 'server'],
  ['stands', 'outcome'],
]);

/** The key of a name; null where there is none. */
export function keyOf(name: string): Key | null {
  return Object.hasOwn(KEYS, name) ? (name as Key) : (ALIASES.get(name) ?? null);
}

/** Keys of which each clause holds for itself, also where they are named again: a call has many words, and one length of time. */
export const EACH: ReadonlySet<Key> = new Set(['text', 'latency']);

/** A stretch of time is one: no test that stands beside others. */
export const TIMES: ReadonlySet<Key> = new Set(['from', 'to']);

/** Keys of which calls have one value each: of these, how it begins may be asked. */
const BEGINS: ReadonlySet<Key> = new Set([
  'decision',
  'state',
  'operation',
  'protocol',
  'server',
  'tool',
  'resource',
  'agent',
  'team',
  'owner',
  'subject',
  'reason',
  'chain',
  'trace',
]);
export const mayBegin = (key: Key): boolean => BEGINS.has(key);

const MEANT: ReadonlyMap<string, Key> = new Map([
  ['principal', 'agent'],
  ['user', 'subject'],
  ['person', 'subject'],
  ['duration', 'latency'],
  ['took', 'latency'],
  ['status', 'outcome'],
]);

/** The key that was probably meant; null where none is near. */
export function nearestKey(name: string): Key | null {
  const lower = name.toLowerCase();
  const known = keyOf(lower) ?? MEANT.get(lower) ?? null;
  if (known !== null) return known;
  const near = (Object.keys(KEYS) as Key[])
    .map((key) => ({ key, steps: distance(lower, key) }))
    .sort((a, b) => a.steps - b.steps)[0];
  return near !== undefined && near.steps <= 2 ? near.key : null;
}

const LONGEST = 20;

/** How many letters have to be put, taken or changed. */
function distance(a: string, b: string): number {
  // What is longer is near to nothing; it comes from outside.
  if (a.length > LONGEST) return LONGEST;
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
