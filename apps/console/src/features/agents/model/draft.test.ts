import { expect, test } from 'vitest';
import type { Agent } from '../../../api/types.ts';
import { draftOf, emptyDraft, manifestOf, missing } from './draft.ts';

const agent: Agent = {
  uid: 'agt_1',
  name: 'clerk',
  owner: { name: 'olive', email: 'olive@example.com' },
  team: 'billing',
  purpose: 'Pays invoices',
  capabilities: ['payments', 'mail'],
  risk: 'high',
  environment: 'production',
  labels: [],
  status: 'quarantined',
  identities: [{ issuer: 'corp', claim: 'client_id', value: 'clerk' }],
};

test('what is read into the form comes out as the same manifest, and says nothing of the status', () => {
  expect(JSON.parse(manifestOf(draftOf(agent)))).toEqual({
    apiVersion: 'countersign.dev/v1alpha1',
    kind: 'Agent',
    metadata: { name: 'clerk' },
    spec: {
      owner: 'olive',
      team: 'billing',
      purpose: 'Pays invoices',
      risk: 'high',
      environment: 'production',
      capabilities: ['payments', 'mail'],
      labels: [],
      identities: agent.identities,
    },
  });
});

test('whoever called without being registered is offered a name, and is known by what their token said', () => {
  const draft = emptyDraft({ issuer: 'corp', claim: 'client_id', value: '-Night Shift/7-' });
  expect(draft.name).toBe('night-shift-7');
  expect(draft.identities).toEqual([{ issuer: 'corp', claim: 'client_id', value: '-Night Shift/7-' }]);
});

test('what may not be empty is named; identities that nobody filled in are left out', () => {
  const draft = emptyDraft();
  expect(missing(draft)).toEqual(['name', 'owner', 'team', 'purpose']);
  expect((JSON.parse(manifestOf(draft)) as { spec: { identities: unknown[] } }).spec.identities).toEqual([]);
});
