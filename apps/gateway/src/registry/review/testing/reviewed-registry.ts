// A registry whose changes are reviewed, over a real store: four people, an agent and a server, and recorded calls that a
// real engine decided.
import { type EntryHeader, parseEntry } from '@countersign/audit';
import { createChangeDesk } from '../../../changes/desk.ts';
import type { ChangeDesk, ReviewRules } from '../../../changes/types.ts';
import { describeProblems } from '../../../config/problems.ts';
import { decider, INPUT, payment, source } from '../../../rehearsal/testing/decided-calls.ts';
import { createTestFolder } from '../../../store/sqlite/testing/folder.ts';
import type { Store } from '../../../store/store.ts';
import { type LocatedManifest, parseManifests } from '../../manifests.ts';
import { createRegistry, type Registry } from '../../registry.ts';
import { createRegistryDesk, type RegistryDesk, type Submitted } from '../desk.ts';
import { registryChanges } from '../registry-changes.ts';
import { replayRegistry, type RegistryReplayJob } from '../replay-registry.ts';

export const doc = (kind: string, name: string, spec: string): string =>
  `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
export const person = (name: string, more = ''): string =>
  doc('User', name, `{email: ${name}@example.com, groups: [owners]${more}}`);
export const agent = (name: string, more = ''): string =>
  doc('Agent', name, `{owner: olive, team: billing, purpose: pays, environment: production${more}}`);
export const server = (more = ''): string =>
  doc(
    'MCPServer',
    'payments',
    `{url: "https://p.example", team: billing, environment: production, risk: low${more}}`,
  );

/** Nobody pays who is at high risk or has an owner from elsewhere, nor where the tool is open-world. */
export const POLICY = `@id("open") permit (principal, action, resource);
@id("no-high-risk") forbid (principal is Agent, action, resource) when { principal.risk == 3 };
@id("inside") forbid (principal, action, resource is Tool) when { resource.openWorld };
@id("known-owner") forbid (principal is Agent, action, resource) unless { principal.owner.groups.contains("owners") };
`;

export interface ReviewedRegistry {
  readonly store: Store;
  readonly registry: Registry;
  readonly changes: ChangeDesk;
  readonly desk: RegistryDesk;
  rules: ReviewRules;
  /** What replays are given beside what changes. */
  job: Omit<RegistryReplayJob, 'before' | 'after'>;
  /** Calls of `invoice` and of an agent that nobody changes, decided by the policy as it is. */
  recordPayments(count: number): Promise<void>;
  submit(...yaml: readonly string[]): Promise<Submitted>;
  /** Kinds of entries about changes of the registry, with the reviewed change that they belong to. */
  entries(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export function parsed(...yaml: readonly string[]): readonly LocatedManifest[] {
  const read = parseManifests(yaml.join('---\n'), null);
  if (!read.ok) throw new Error(describeProblems(read.error));
  return read.value;
}

/** @param on a log to work on; else one of its own. */
export async function openReviewedRegistry(
  on?: Pick<ReviewedRegistry, 'store'> & { readonly dataDir: string },
): Promise<ReviewedRegistry> {
  const folder = on === undefined ? await createTestFolder() : null;
  const dataDir = folder?.dataDir ?? on?.dataDir ?? '';
  const store = on?.store ?? (await folder?.open());
  if (store === undefined) throw new Error('a registry needs a log');
  const now = () => 5000;
  const secrets = { hasEnv: () => false, hasFile: () => false };
  const registry = createRegistry({ writer: store, secrets, now });
  const tools = 'tools: {pay: {openWorld: false}}';
  const first = [
    doc('Team', 'billing', '{}'),
    doc('Group', 'owners', '{}'),
    ...['olive', 'fiona', 'greta', 'victor'].map((name) => person(name)),
    agent('invoice', ', risk: low'),
    agent('other', ', risk: low'),
    server(`, ${tools}`),
  ];
  const applied = await registry.applyManifests(
    { manifests: parsed(...first) },
    { via: 'folder', user: null },
  );
  if (!applied.ok) throw new Error('the manifests of the tests do not apply');
  const before = (await store.readers.log.head()).size;
  const changes = createChangeDesk({ writer: store, reads: store.readers.changes, registry, now });
  const under: ReviewedRegistry = {
    store,
    registry,
    changes,
    desk: createRegistryDesk({ registry, changes, rules: () => under.rules }),
    rules: { quorum: 1, group: 'owners', expiresMs: 60_000 },
    job: { dataDir, sources: source(POLICY), input: INPUT, last: 1000, budgetMs: 60_000 },
    async recordPayments(count) {
      const decide = decider(POLICY);
      const call = (name: string) => {
        const facts = payment(10, name);
        const { principal, resource } = facts;
        if (principal.kind !== 'agent' || resource.kind !== 'tool')
          throw new Error('a payment is a call of a tool');
        const known = {
          ...principal,
          risk: 1 as const,
          owner: { ...principal.owner, name: 'olive', groups: ['owners'] },
        };
        return decide({ ...facts, principal: known, resource: { ...resource, openWorld: false } });
      };
      const names = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 'invoice' : 'other'));
      await store.commit({ entries: names.map(call) });
    },
    async submit(...yaml) {
      const submitted = await under.desk.submit({
        manifests: parsed(...yaml),
        author: 'olive',
        message: 'the audit asked for it',
      });
      if (!submitted.ok) throw new Error(JSON.stringify(submitted.error));
      return submitted.value;
    },
    async entries() {
      const told: string[] = [];
      for await (const { header } of store.readers.log.entries(before)) {
        const entry = parseEntry(header);
        if (entry.ok && entry.value.kind !== 'call.decided') told.push(tell(entry.value));
      }
      return told;
    },
    async close() {
      await store.close();
      folder?.remove();
    },
  };
  changes.register(
    registryChanges({
      registry,
      rules: () => under.rules,
      replay: (before, after) => replayRegistry({ ...under.job, before, after }),
    }),
  );
  return under;
}

function tell({ kind, body }: EntryHeader): string {
  const { state, change } = body as { readonly state?: string; readonly change?: string | null };
  return [kind, state, kind === 'registry.changed' && change === null ? 'unreviewed' : undefined]
    .filter((word) => word !== undefined)
    .join(' ');
}
