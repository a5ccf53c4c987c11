import { describe, expect, test } from 'vitest';
import { describeProblems } from '../config/problems.ts';
import { type Desired, planChange, type Plan } from './apply.ts';
import { parseManifests } from './manifests.ts';
import { canonicalManifest, type Objects, objectsOf } from './objects.ts';
import { buildSnapshot } from './snapshot.ts';

const secrets = { hasEnv: (name: string) => name === 'PAYMENTS_TOKEN', hasFile: () => false };
const options = { actor: { via: 'api', user: 'fiona' }, now: 1_700_000_000_000, secrets } as const;

const doc = (kind: string, name: string, spec: string) =>
  `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const agent = (name: string, more = '', owner = 'fiona') =>
  doc(
    'Agent',
    name,
    `{owner: ${owner}, team: billing, purpose: works, risk: medium, environment: production${more}}`,
  );
const identity = (value: string) => `, identities: [{issuer: idp, claim: client_id, value: ${value}}]`;

const BASE = [
  doc('Group', 'finance', '{}'),
  doc('Team', 'billing', '{}'),
  doc('User', 'fiona', '{email: Fiona@example.com, groups: [finance]}'),
  doc('User', 'greta', '{email: greta@example.com, active: false}'),
  doc('Issuer', 'idp', '{issuer: "https://idp.example", jwksUri: "https://idp.example/jwks", kind: agents}'),
  doc(
    'MCPServer',
    'payments',
    '{url: "https://p.example/mcp", team: billing, environment: production, risk: high, credential: {kind: bearer, env: PAYMENTS_TOKEN}, tools: {pay: {labels: [money], destructive: true}}}',
  ),
  agent('invoice', identity('invoice-client')),
  doc('A2AAgent', 'invoice', '{url: "http://127.0.0.1:9/"}'),
].join('---\n');

function desired(yaml: string, remove: Desired['remove'] = []): Desired {
  const parsed = parseManifests(yaml, 'registry.yaml');
  if (!parsed.ok) throw new Error(describeProblems(parsed.error));
  return { manifests: parsed.value, remove };
}
function plan(objects: Objects, yaml: string, remove: Desired['remove'] = []): Plan {
  const planned = planChange(objects, desired(yaml, remove), options);
  if (!planned.ok) throw new Error(describeProblems(planned.error));
  return planned.value;
}
function complaint(objects: Objects, yaml: string, remove: Desired['remove'] = []): string {
  const planned = planChange(objects, desired(yaml, remove), options);
  if (planned.ok) throw new Error('expected the change to be refused');
  return describeProblems(planned.error);
}

const base = plan(new Map(), BASE).objects;

describe('a change of the registry', () => {
  test('records each object with before, after and who changed it', () => {
    const created = plan(new Map(), BASE);
    expect(created.entries.map(({ body }) => `${body.op} ${body.object}`)).toEqual([
      'created group',
      'created team',
      'created user',
      'created user',
      'created issuer',
      'created mcp_server',
      'created agent',
      'created a2a_agent',
    ]);
    const updated = plan(base, agent('invoice', ', risk: high').replace('risk: medium, ', ''));
    expect(updated.entries).toHaveLength(1);
    expect(JSON.parse(String(updated.entries[0]?.details.before)).spec.risk).toBe('medium');
    expect(JSON.parse(String(updated.entries[0]?.details.after)).spec.risk).toBe('high');
    expect(JSON.parse(String(updated.entries[0]?.details.actor))).toEqual({ via: 'api', user: 'fiona' });
  });

  test('is nothing when it is applied twice', () => {
    expect(plan(base, BASE)).toMatchObject({
      entries: [],
      changes: [],
      preconditions: [],
      applied: [],
      unchanged: 8,
    });
  });

  test('keeps the uid of an object for ever, and gives it to no other object', () => {
    const uid = base.get('Agent/invoice')?.uid;
    expect(uid).toMatch(/^agt_[0-9a-f]{32}$/);
    const rotated = plan(base, agent('invoice', identity('next-client'))).objects;
    expect(rotated.get('Agent/invoice')).toMatchObject({ uid, generation: 2 });
    const gone = plan(rotated, '', [
      { kind: 'A2AAgent', name: 'invoice' },
      { kind: 'Agent', name: 'invoice' },
    ]).objects;
    expect(plan(gone, agent('invoice')).objects.get('Agent/invoice')?.uid).not.toBe(uid);
  });

  test('deletes only what is named', () => {
    expect(plan(base, agent('other')).objects.has('Agent/invoice')).toBe(true);
    const removed = plan(base, '', [{ kind: 'A2AAgent', name: 'invoice' }]);
    expect(removed.changes).toEqual([{ remove: 'objects', where: { kind: 'A2AAgent', name: 'invoice' } }]);
    expect(removed.entries[0]).toMatchObject({
      body: { op: 'deleted', object: 'a2a_agent' },
      details: { after: undefined },
    });
  });

  test('compares with what it was planned on', () => {
    expect(plan(base, agent('new')).preconditions).toEqual([
      { table: 'objects', where: { kind: 'Agent', name: 'new' }, expect: 'absent' },
    ]);
    const uid = base.get('Agent/invoice')?.uid;
    expect(plan(base, agent('invoice', ', labels: [x]')).preconditions).toEqual([
      { table: 'objects', where: { kind: 'Agent', name: 'invoice', uid, generation: 1 }, expect: 'exists' },
    ]);
  });

  test('does not lift a quarantine by leaving the status out', () => {
    const quarantined = plan(base, agent('invoice', ', status: quarantined')).objects;
    const again = plan(quarantined, agent('invoice', ', labels: [x]')).objects;
    expect(buildSnapshot(again).agents.get('invoice')?.status).toBe('quarantined');
    const lifted = plan(again, agent('invoice', ', status: active')).objects;
    expect(buildSnapshot(lifted).agents.get('invoice')?.status).toBe('active');
  });

  test('survives the store unchanged', () => {
    const rows = [...base.values()].map(({ uid, generation, manifest }) => ({
      kind: manifest.kind,
      name: manifest.metadata.name,
      uid,
      generation,
      manifest: canonicalManifest(manifest),
    }));
    const loaded = objectsOf(rows);
    if (!loaded.ok) throw new Error(describeProblems(loaded.error));
    expect(plan(loaded.value, BASE).unchanged).toBe(8);
    expect(buildSnapshot(loaded.value).version).toBe(buildSnapshot(base).version);
    expect(objectsOf([{ ...rows[0], kind: 'Team' } as never])).toMatchObject({ ok: false });
    expect(objectsOf([{ ...rows[0], manifest: '{' } as never])).toMatchObject({ ok: false });
  });

  test.each([
    [
      'a group as the owner',
      agent('a', '', 'finance'),
      '`spec.owner` is `finance`, which is a Group: one person must answer for an agent; name a User',
    ],
    [
      'a team as the owner',
      agent('a', '', 'billing'),
      '`spec.owner` is `billing`, which is a Team: one person',
    ],
    [
      'an owner nobody knows',
      agent('a', '', 'fionna'),
      '`spec.owner` is `fionna`, and there is no such User: did you mean `fiona`',
    ],
    [
      'an owner who has left',
      agent('a', '', 'greta'),
      '`spec.owner` is `greta`, who is not active: name an active User',
    ],
    [
      'to let an owner leave who still answers for an agent',
      doc('User', 'fiona', '{email: fiona@example.com, groups: [finance], active: false}'),
      'Agent `invoice`: `spec.owner` is `fiona`, who is not active',
    ],
    [
      'a person named like a team',
      doc('User', 'billing', '{email: b@example.com}'),
      'which is also the name of a Team',
    ],
    [
      'a person named like the built-in first user, whose token somebody has',
      doc('User', 'admin', '{email: b@example.com, groups: [finance]}'),
      'which is the built-in first user: give the person another name',
    ],
    [
      'a team nobody knows',
      agent('a').replace('team: billing', 'team: sales'),
      '`spec.team` is `sales`, and there is no such Team: declare it first',
    ],
    [
      'a group nobody knows',
      doc('User', 'hana', '{email: h@example.com, groups: [board]}'),
      '`spec.groups[0]` is `board`, and there is no such Group',
    ],
    [
      'an issuer nobody knows',
      agent('a', ', identities: [{issuer: okta, claim: sub, value: x}]'),
      '`spec.identities[0].issuer` is `okta`, and there is no such Issuer',
    ],
    [
      'an identity that another agent has',
      agent('a', identity('invoice-client')),
      '`spec.identities[0]` repeats an identity of Agent `invoice`',
    ],
    [
      'an e-mail address that another person has',
      doc('User', 'hana', '{email: fiona@EXAMPLE.com}'),
      '`spec.email` repeats the address of User `fiona`',
    ],
    [
      'one identity at the provider for two people',
      ['hana', 'ines']
        .map((name) =>
          doc(
            'User',
            name,
            `{email: ${name}@example.com, oidc: {issuer: "https://id.example", subject: s1}}`,
          ),
        )
        .join('---\n'),
      '`spec.oidc.subject` repeats the identity at the provider of User `hana`',
    ],
    [
      'an issuer declared under two names',
      doc(
        'Issuer',
        'again',
        '{issuer: "https://idp.example", jwksUri: "https://evil.example/jwks", kind: agents}',
      ),
      '`spec.issuer` repeats the `iss` value of Issuer `idp`',
    ],
    [
      'a second address of one agent',
      doc('A2AAgent', 'second', '{agent: invoice, url: "http://127.0.0.1:9"}'),
      '`spec.agent` repeats the agent of A2AAgent `invoice`',
    ],
    [
      'an address of an agent nobody knows',
      doc('A2AAgent', 'ghost', '{url: "http://127.0.0.1:9"}'),
      '`metadata.name` is `ghost`, and there is no such Agent',
    ],
    [
      'one object declared twice',
      `${agent('a')}---\n${agent('a')}`,
      'Agent `a` is declared twice, first in `registry.yaml` at line 1: keep one',
    ],
    [
      'a secret that is not there',
      doc(
        'MCPServer',
        'crm',
        '{url: "https://c.example", team: billing, environment: x, risk: low, credential: {kind: bearer, env: CRM_TOKEN}}',
      ),
      '`spec.credential.env` is `CRM_TOKEN`, and the gateway has no such environment variable',
    ],
    [
      'a claim that the issuer never names an agent by',
      `${doc('Issuer', 'okta', '{issuer: "https://okta.example", jwksUri: "https://okta.example/jwks", kind: people, agentClaim: [azp]}')}---\n${agent('a', ', identities: [{issuer: okta, claim: sub, value: x}]')}`,
      'which never names an agent for the Issuer `okta`: use one of its `agentClaim` (`azp`)',
    ],
  ])('refuses %s', (_, yaml, message) => {
    expect(complaint(base, yaml)).toContain(message);
  });

  test('refuses to delete what is still needed, what is not there, and what is declared as well', () => {
    expect(complaint(base, '', [{ kind: 'Team', name: 'billing' }])).toContain(
      '`spec.team` is `billing`, and there is no such Team',
    );
    expect(complaint(base, '', [{ kind: 'Team', name: 'sales' }])).toContain('there is no such object');
    expect(complaint(base, agent('invoice'), [{ kind: 'Agent', name: 'invoice' }])).toContain(
      'decide for one',
    );
  });

  test('says where the wrong line is, also when the fault lies between objects', () => {
    expect(complaint(base, `${agent('a')}---\n${agent('b', '', 'finance')}`)).toContain(
      'registry.yaml:9 (document 2): Agent `b`:',
    );
  });
});

describe('a snapshot of the registry', () => {
  test('resolves names, identities and addresses', () => {
    const snapshot = buildSnapshot(base);
    const invoice = snapshot.agents.get('invoice');
    expect(invoice).toMatchObject({
      risk: 2,
      status: 'active',
      owner: { name: 'fiona', groups: ['finance'] },
    });
    expect(snapshot.agentByIdentity('idp', 'client_id', 'invoice-client')).toBe(invoice);
    expect(snapshot.agentByIdentity('idp', 'sub', 'invoice-client')).toBeUndefined();
    expect(snapshot.agentByIdentity('__proto__', 'sub', 'constructor')).toBeUndefined();
    expect(snapshot.userByEmail('FIONA@example.com')?.name).toBe('fiona');
    expect(snapshot.a2a.get('invoice')).toMatchObject({ uid: invoice?.uid, cardUrl: 'http://127.0.0.1:9/' });
    expect(snapshot.servers.get('payments')).toMatchObject({
      risk: 3,
      credential: { kind: 'bearer', env: 'PAYMENTS_TOKEN' },
    });
    expect(snapshot.servers.get('payments')?.tools.get('pay')).toEqual({
      labels: ['money'],
      redact: [],
      mask: [],
      risk: null,
      readOnly: null,
      destructive: true,
      idempotent: null,
      openWorld: null,
    });
    expect(snapshot.issuers.get('idp')?.keys).toEqual({ kind: 'remote', url: 'https://idp.example/jwks' });
  });

  test('cannot be changed, and has another version after every change', () => {
    const snapshot = buildSnapshot(base);
    expect(Object.isFrozen(snapshot.agents.get('invoice')?.capabilities)).toBe(true);
    expect(buildSnapshot(plan(base, agent('a')).objects).version).not.toBe(snapshot.version);
  });
});
