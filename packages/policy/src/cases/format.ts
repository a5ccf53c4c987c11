// The shape of a file of cases, as data: everything that may stand in one. Closed: what is not here is refused.

import {
  anything,
  either,
  flag,
  list,
  members,
  number,
  type Shape,
  table,
  text,
  time,
  variant,
  word,
} from './shape.ts';

const texts = list(text);
const ASSURANCE = word('attested', 'confidential', 'public', 'unproven');
const RISK = word(1, 2, 3);

/** What a meter showed, or why it can show nothing. */
const METERED = either(number, text, members({ why: text }, 'why'));

const USER = { name: text, email: text, groups: texts, active: flag };

const AGENT = {
  kind: word('agent'),
  name: text,
  uid: text,
  owner: members(USER),
  team: text,
  purpose: text,
  capabilities: texts,
  risk: RISK,
  environment: text,
  labels: texts,
  redact: texts,
  mask: texts,
  assurance: ASSURANCE,
};

const SERVER = {
  kind: word('server'),
  name: text,
  team: text,
  environment: text,
  risk: RISK,
  labels: texts,
  redact: texts,
  mask: texts,
};

const SERVED = { server: members(SERVER), labels: texts, redact: texts, mask: texts, risk: RISK };

const TOOL = {
  kind: word('tool'),
  ...SERVED,
  name: text,
  readOnly: flag,
  destructive: flag,
  idempotent: flag,
  openWorld: flag,
};

const CHAIN = {
  depth: number,
  labels: texts,
  agents: texts,
  root: members(AGENT, 'name'),
  verified: flag,
  link: word('root', 'verified', 'claimed', 'unlinked'),
};

/** What a case may say of its call; the rest is that of the ordinary call. */
export const FACTS: Shape = members({
  principal: variant('agent', { agent: members(AGENT), server: members(SERVER) }),
  operation: text,
  resource: variant('tool', {
    tool: members(TOOL),
    prompt: members({ kind: word('prompt'), ...SERVED, name: text }),
    resource: members({ kind: word('resource'), ...SERVED, uri: text }),
    server: members(SERVER),
    agent: members(AGENT),
  }),
  subject: members(USER, 'name'),
  actors: texts,
  chain: members(CHAIN),
  exposure: members({ labels: texts }),
  token: members({ issuer: text, scopes: texts, ageSeconds: number, assurance: ASSURANCE }),
  now: time,
  // As text, digits stay as they are written.
  input: either(text, table(anything)),
  meta: either(text, table(anything)),
  inputResponses: either(text, table(anything)),
  usage: members({ callsLastMinute: METERED, callsLastHour: METERED, callsLastDay: METERED }),
  meters: table(METERED),
});

const CATALOGUE: Shape = members({ tools: table(anything), groups: texts, teams: texts });

const WANT = {
  refused: text,
  outcome: word('allow', 'deny', 'hold'),
  reason: text,
  determining: texts,
  guards: texts,
  labels: texts,
  redact: texts,
  mask: texts,
  errors: texts,
  unrepresentable: texts,
  nearest: table(texts),
  sentence: text,
};

export const WANT_PARTS: readonly string[] = Object.keys(WANT);

const CASE: Shape = members(
  {
    name: text,
    policies: either(text, table(text)),
    catalogue: CATALOGUE,
    facts: FACTS,
    grants: texts,
    want: members(WANT),
  },
  'name',
  'want',
);

/** A list of cases, or a mapping with what they share. */
export const CASES: Shape = either(
  list(CASE),
  members({ catalogue: CATALOGUE, facts: FACTS, cases: list(CASE) }, 'cases'),
);
