// Which agents a search finds, and how each stands.
import type { Agent, AgentInventory } from '../../../api/types.ts';
import type { Sign } from '../../calls/model/wording.ts';
import type { AgentsSearch } from './search.ts';

export type InventoryRow = AgentInventory['agents'][number];

export function found(
  rows: readonly InventoryRow[],
  { find = '', only }: AgentsSearch,
): readonly InventoryRow[] {
  const words = find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter((row) => {
    const { name, owner, team, purpose, status, environment } = row.agent;
    const said = [name, owner.name, owner.email, team, purpose, environment].join(' ').toLowerCase();
    const stands = only === undefined || (only === 'dormant' ? row.isDormant : status === only);
    return stands && words.every((word) => said.includes(word));
  });
}

const STATUS: Readonly<Record<Agent['status'], Sign>> = {
  active: { tone: 'allow', label: 'Active' },
  quarantined: { tone: 'deny', label: 'Quarantined' },
  retired: { tone: 'quiet', label: 'Retired' },
};

export const statusSign = ({ status }: Pick<Agent, 'status'>): Sign => STATUS[status];

const ANSWERS = {
  allowed: { tone: 'allow', label: 'Allowed' },
  held: { tone: 'hold', label: 'Held' },
  denied: { tone: 'deny', label: 'Denied' },
  depends: { tone: 'quiet', label: 'Depends' },
  unknown: { tone: 'warn', label: 'Not known' },
} as const satisfies Record<string, Sign>;

export const answerSign = (answer: keyof typeof ANSWERS): Sign => ANSWERS[answer];
