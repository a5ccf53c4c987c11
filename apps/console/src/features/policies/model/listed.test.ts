import { expect, test } from 'vitest';
import { listedIn } from './listed.ts';

const TEXT = `// Who may what; nothing else.

@id("open")
@description("Anybody; \\"really\\"")
permit (principal is Agent, action, resource)
when { resource.name == ";" };

@id("big.payments")
@approve("finance")
forbid (principal, action == Action::"payments/pay", resource); @id("no") forbid (principal, action, resource);
@id("team")
permit (principal in ?principal, action, resource);
`;

test('policies are listed with where they stand, as rule, guard or template', () => {
  const listed = listedIn([{ file: 'all.cedar', text: TEXT }]);
  expect(listed.map(({ id, kind, line }) => [id, kind, line])).toEqual([
    ['open', 'permit', 3],
    ['big.payments', 'guard', 8],
    ['no', 'forbid', 10],
    ['team', 'template', 11],
  ]);
  const [open] = listed;
  expect(open?.description).toBe('Anybody; "really"');
  expect(TEXT.slice(open?.from, open?.to)).toMatch(/^@id\("open"\)[^]*";" };$/);
});

test('links of templates are policies, too', () => {
  const text =
    'links:\n  - template: team\n    id: team.sre\n  - id: "team.ops" # on call\n    template: team\n';
  expect(listedIn([{ file: 'teams.links.yaml', text }])).toMatchObject([
    { id: 'team.sre', kind: 'link', line: 3 },
    { id: 'team.ops', kind: 'link', line: 4 },
  ]);
});

test('text that is no policy lists none', () => {
  expect(listedIn([{ file: 'a.cedar', text: '@id("x permit (principal' }])).toEqual([]);
  expect(listedIn([{ file: 'a.meters.yaml', text: 'meters:\n  - id: x\n' }])).toEqual([]);
});
