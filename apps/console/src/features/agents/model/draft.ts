// An agent as the form has it, and the manifest that it becomes. What is wrong with it beyond being empty is the registry's to
// say: it knows the people, the issuers and every other agent.
import type { Agent } from '../../../api/types.ts';

export interface AgentDraft {
  readonly name: string;
  readonly owner: string;
  readonly team: string;
  readonly purpose: string;
  readonly risk: Agent['risk'];
  readonly environment: string;
  /** Words with commas or spaces between. */
  readonly capabilities: string;
  readonly labels: string;
  readonly identities: readonly Identity[];
}

export type Identity = Agent['identities'][number];

export const RISKS = ['low', 'medium', 'high'] as const satisfies readonly Agent['risk'][];

/** A new agent, known by `identity` where somebody already called by it. */
export function emptyDraft(identity: Partial<Identity> = {}): AgentDraft {
  const { issuer = '', claim = 'client_id', value = '' } = identity;
  return {
    name: nameFrom(value),
    owner: '',
    team: '',
    purpose: '',
    risk: 'medium',
    environment: 'production',
    capabilities: '',
    labels: '',
    identities: [{ issuer, claim, value }],
  };
}

export function draftOf(agent: Agent): AgentDraft {
  const { name, owner, team, purpose, risk, environment, capabilities, labels, identities } = agent;
  return {
    name,
    owner: owner.name,
    team,
    purpose,
    risk,
    environment,
    capabilities: capabilities.join(', '),
    labels: labels.join(', '),
    identities,
  };
}

/** The fields that may not be empty and are. */
export function missing(draft: AgentDraft): readonly (keyof AgentDraft)[] {
  const needed = ['name', 'owner', 'team', 'purpose', 'environment'] as const;
  return needed.filter((field) => draft[field].trim() === '');
}

/** JSON, which is YAML. A manifest that says nothing of `status` keeps it. */
export function manifestOf(draft: AgentDraft): string {
  const { name, owner, team, purpose, risk, environment, capabilities, labels, identities } = draft;
  return JSON.stringify({
    apiVersion: 'countersign.dev/v1alpha1',
    kind: 'Agent',
    metadata: { name: name.trim() },
    spec: {
      owner: owner.trim(),
      team: team.trim(),
      purpose: purpose.trim(),
      risk,
      environment: environment.trim(),
      capabilities: words(capabilities),
      labels: words(labels),
      identities: identities.filter(({ issuer, value }) => issuer.trim() !== '' || value.trim() !== ''),
    },
  });
}

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** What a name may be made of, out of what a token says. */
const nameFrom = (value: string): string =>
  value
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63);
