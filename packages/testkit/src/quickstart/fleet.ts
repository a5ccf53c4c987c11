// The rest of the fleet: agents that do nothing in the scenario, so that a newcomer is really number 101.

const TEAMS = [
  { team: 'support', owner: 'dana', capability: 'case-summaries' },
  { team: 'billing', owner: 'igor', capability: 'reconciliation' },
  { team: 'marketing', owner: 'mara', capability: 'copywriting' },
  { team: 'platform', owner: 'pat', capability: 'maintenance' },
] as const;
const RISKS = ['low', 'medium'] as const;

/** Manifests of the agents numbered `first` to `last`, as one YAML stream. */
export function fleetManifests(first: number, last: number): string {
  const manifests: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const { team, owner, capability } = TEAMS[number % TEAMS.length] ?? TEAMS[0];
    const name = `agent-${String(number).padStart(3, '0')}`;
    manifests.push(`apiVersion: countersign.dev/v1alpha1
kind: Agent
metadata: { name: ${name} }
spec:
  owner: ${owner}
  team: ${team}
  purpose: Does ${capability} for ${team}
  capabilities: [${capability}]
  risk: ${RISKS[number % RISKS.length] ?? 'low'}
  environment: production
  identities:
    - { issuer: corp, claim: client_id, value: ${name} }
`);
  }
  return manifests.join('---\n');
}
