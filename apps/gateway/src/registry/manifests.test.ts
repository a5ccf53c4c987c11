import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeProblems } from '../config/problems.ts';
import { parseManifests } from './manifests.ts';

const agent = (spec: string) => `
apiVersion: countersign.dev/v1alpha1
kind: Agent
metadata: {name: invoice}
spec:
  owner: fiona
  team: billing
  purpose: pays invoices
  risk: medium
  environment: production
${spec}`;
const server = (spec: string) => `
apiVersion: countersign.dev/v1alpha1
kind: MCPServer
metadata: {name: payments}
spec:
  team: billing
  environment: production
  risk: high
${spec}`;
const issuer = (spec: string) => `
apiVersion: countersign.dev/v1alpha1
kind: Issuer
metadata: {name: idp}
spec:
  issuer: https://idp.example
  kind: mixed
${spec}`;
const user = (spec: string) => `
apiVersion: countersign.dev/v1alpha1
kind: User
metadata: {name: fiona}
spec: ${spec}`;

const EC = '{kty: EC, crv: P-256, x: AAAA, y: BBBB}';

describe('manifests', () => {
  test('fill in the stricter default for what is left out', () => {
    const parsed = parseManifests(
      [
        agent(''),
        server('  url: https://payments.example/mcp'),
        issuer('  jwksUri: https://idp.example/jwks'),
        user('{email: f@example.com}'),
      ].join('\n---'),
      '/etc/registry.yaml',
    );
    if (!parsed.ok) throw new Error(describeProblems(parsed.error));
    expect(parsed.value.map(({ manifest }) => manifest.spec)).toMatchObject([
      { capabilities: [], labels: [], identities: [] },
      {
        credential: { kind: 'none' },
        tools: {},
        callToken: 'handle',
        toolPinning: 'first-seen',
        resultChecks: 'record',
        receipts: 'header',
        labels: [],
      },
      {
        algorithms: ['ES256', 'EdDSA', 'PS256', 'RS256'],
        types: ['at+jwt'],
        agentClaim: ['act.sub', 'client_id', 'azp', 'sub'],
        assurance: 'public',
        maxTokenAgeSeconds: 3600,
        clockToleranceSeconds: 5,
        audiences: [],
      },
      { active: true, groups: [] },
    ]);
  });

  test('take credential files relative to their own file, and only absolute ones without it', () => {
    const text = server('  url: https://payments.example\n  credential: {kind: bearer, file: token}');
    const parsed = parseManifests(text, '/etc/countersign/servers.yaml');
    expect(parsed).toMatchObject({
      ok: true,
      value: [{ manifest: { spec: { credential: { kind: 'bearer', file: '/etc/countersign/token' } } } }],
    });
    expect(complaint(text, null)).toContain('`spec.credential.file` is `token`: it must be an absolute path');
  });

  test('are refused as a whole when one of them is wrong', () => {
    const parsed = parseManifests(`${agent('')}\n---\n${agent('  colour: red')}`, null);
    expect(parsed).toMatchObject({ ok: false, error: [{ document: 2, key: 'spec.colour' }] });
  });

  test('are refused with file, line, document, key, value and fix', () => {
    expect(complaint(`${agent('')}\n---\n${agent('  onwer: fiona')}`, 'agents.yaml')).toBe(
      'agents.yaml:23 (document 2): unknown key `spec.onwer` with value `fiona`: did you mean `owner`; ' +
        'allowed here: `owner`, `team`, `purpose`, `capabilities`, `risk`, `environment`, `labels`, `identities`, `status`',
    );
  });

  test.each([
    ['an unknown kind', 'kind: agent\napiVersion: x', '`kind` is `agent`: it must be one of `Team`, `Group`'],
    ['no kind', 'apiVersion: countersign.dev/v1alpha1', '`kind` is missing: it must be one of'],
    ['a text', 'hello', 'the document is `hello`: it must be a map with `apiVersion:'],
    [
      'another apiVersion',
      agent('').replace('v1alpha1', 'v2'),
      '`apiVersion` is `countersign.dev/v2`: it must be one of',
    ],
    [
      'a name with capitals',
      agent('').replace('invoice', 'Invoice'),
      '`metadata.name` is `Invoice`: it must be a name of 1 to 63',
    ],
    ['a name that is a path', agent('').replace('invoice', '../x'), '`metadata.name` is `../x`: it must be'],
    [
      'a missing owner',
      agent('').replace('owner: fiona', 'labels: []'),
      '`spec.owner` is missing: it must be the name of one User',
    ],
    [
      'several owners',
      agent('').replace('owner: fiona', 'owner: [fiona, greta]'),
      '`spec.owner` is `["fiona","greta"]`: it must be the name of one User',
    ],
    [
      'an unknown risk',
      agent('').replace('medium', 'extreme'),
      '`spec.risk` is `extreme`: it must be one of `low`, `medium`, `high`',
    ],
    [
      'an empty purpose',
      agent('').replace('pays invoices', '" "'),
      'it must be a sentence that says what the agent is for',
    ],
    [
      'an unknown claim',
      agent('  identities: [{issuer: idp, claim: email, value: x}]'),
      '`spec.identities[0].claim` is `email`: it must be one of',
    ],
    ['a repeated capability', agent('  capabilities: [pay, pay]'), 'must not name anything twice'],
    [
      'an unknown status',
      agent('  status: paused'),
      '`spec.status` is `paused`: it must be one of `active`, `quarantined`, `retired`',
    ],
    [
      'a file URL',
      server('  url: file:///etc/passwd'),
      '`spec.url` is `file:///etc/passwd`: it must be an http or https URL',
    ],
    [
      'a URL with credentials',
      server('  url: https://bot:hunter2@payments.example'),
      'it must not hold credentials',
    ],
    ['a URL with a fragment', server('  url: https://payments.example/#x'), 'it must not have a fragment'],
    ['a relative URL', server('  url: /mcp'), 'it must be an absolute URL'],
    [
      'a bearer without a source',
      server('  url: https://p.example\n  credential: {kind: bearer}'),
      'must name exactly one of `env` and `file`',
    ],
    [
      'a secret in a manifest',
      server('  url: https://p.example\n  credential: {kind: bearer, token: s3cret}'),
      'unknown key `spec.credential.token`',
    ],
    [
      'a prototype as a tool',
      server('  url: https://p.example\n  tools: {__proto__: {readOnly: true}}'),
      'the key `__proto__` is not allowed',
    ],
    [
      'an unknown trait',
      server('  url: https://p.example\n  tools: {pay: {readonly: true}}'),
      'unknown key `spec.tools.pay.readonly` with value `true`: did you mean `readOnly`',
    ],
    [
      'a quoted flag',
      server('  url: https://p.example\n  tools: {pay: {readOnly: "true"}}'),
      '`spec.tools.pay.readOnly` is `true`: it must be `true` or `false`, without quotes',
    ],
    ['no key set', issuer(''), 'it must have exactly one of `jwks` and `jwksUri`'],
    [
      'two key sets',
      issuer(`  jwksUri: https://idp.example\n  jwks: {keys: [${EC}]}`),
      'exactly one of `jwks` and `jwksUri`',
    ],
    ['a key set over plain http', issuer('  jwksUri: http://idp.example/jwks'), 'it must be an https URL'],
    ['an empty key set', issuer('  jwks: {keys: []}'), 'it must hold at least one key'],
    ['a shared secret', issuer('  jwks: {keys: [{kty: oct, k: c2VjcmV0}]}'), 'it must be a public key'],
    ['a weak RSA key', issuer('  jwks: {keys: [{kty: RSA, n: AQAB, e: AQAB}]}'), 'at least 2048 bits'],
    ['an encryption key', issuer('  jwks: {keys: [{kty: EC, use: enc}]}'), 'must be a signing key'],
    [
      'a symmetric algorithm',
      issuer('  jwksUri: https://idp.example\n  algorithms: [HS256]'),
      '`spec.algorithms[0]` is `HS256`: it must be one of `ES256`',
    ],
    [
      'no algorithm',
      issuer('  jwksUri: https://idp.example\n  algorithms: []'),
      'must name at least one algorithm',
    ],
    [
      'the type of a grant',
      issuer('  jwksUri: https://idp.example\n  types: [application/oauth-id-jag+jwt]'),
      'must not be the type of a token that is no access token',
    ],
    [
      'the type of a call token',
      issuer('  jwksUri: https://idp.example\n  types: [countersign-call+jwt]'),
      'must not be the type of a token that is no access token',
    ],
    [
      'a clock that is off by minutes',
      issuer('  jwksUri: https://idp.example\n  clockToleranceSeconds: 300'),
      'it must be an integer from 0 to 30',
    ],
    [
      'a text for an e-mail address',
      user('{email: fiona}'),
      '`spec.email` is `fiona`: it must be an e-mail address',
    ],
    [
      'an agent card nowhere',
      'apiVersion: countersign.dev/v1alpha1\nkind: A2AAgent\nmetadata: {name: a}\nspec: {}',
      'must have `url`, the base address of the agent',
    ],
    [
      'a redaction of something else than the input',
      server('  url: https://p.example\n  tools: {pay: {redact: [ssn]}}'),
      '`spec.tools.pay.redact[0]` is `ssn`: it must be a path: `ssn` is not a list of paths: it begins with `ssn`',
    ],
    [
      'a mask of everything',
      server('  url: https://p.example\n  mask: [result]'),
      'forbid the call, or name its members',
    ],
    [
      'the same path twice',
      server('  url: https://p.example\n  mask: [result.a, result.a]'),
      'must not name anything twice',
    ],
  ])('refuse %s', (_, text, message) => {
    expect(complaint(text, 'x.yaml')).toContain(message);
  });

  test('never show a private key or a password', () => {
    const text = `${issuer(`  jwks: {keys: [{kty: EC, d: topsecret}]}`)}\n---${server('  url: https://bot:hunter2@p.example')}`;
    expect(complaint(text, null)).toContain('holds a private key');
    expect(complaint(text, null)).not.toMatch(/topsecret|hunter2/);
  });
});

test('every key of every kind is documented, and no other', () => {
  const document = readFileSync(new URL('../../../../docs/reference/manifests.md', import.meta.url), 'utf8');
  for (const kind of ['Agent', 'A2AAgent', 'MCPServer', 'Issuer'] as const) {
    const section = document.split(`\n## ${kind}\n`)[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap((row) => [
      ...(row[1] ?? '').matchAll(/`(\w+)`/g),
    ]);
    expect(new Set(rows.map((row) => row[1])), kind).toEqual(new Set(keysOf(kind)));
  }
  const people = document.split('\n## User, Group, Team\n')[1] ?? '';
  for (const kind of ['User', 'Group', 'Team'] as const) {
    for (const key of keysOf(kind)) expect(people, `${kind}.${key}`).toContain(`| \`${key}\` |`);
  }
});

function keysOf(kind: string): string[] {
  const text = complaint(
    `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: x}\nspec: {zzz: 1}`,
    null,
  );
  const line = text.split('\n').find((candidate) => candidate.includes('`spec.zzz`'));
  return [...(line?.split('allowed here: ')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
}

function complaint(text: string, file: string | null): string {
  const parsed = parseManifests(text, file);
  if (parsed.ok) throw new Error('expected the manifests to be refused');
  return describeProblems(parsed.error);
}
