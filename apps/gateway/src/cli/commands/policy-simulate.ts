// `countersign policy simulate`: what would become of one made-up call, and why. It is not made, and not recorded.
import type { PolicySource } from '@countersign/policy';
import type { Simulation } from '../../admin/client.ts';
import { approversOf, explanationOf } from '../../admin/explanation.ts';
import { describeDiagnostics } from '../../policies/candidate.ts';
import { refusedBefore } from '../../rehearsal/before-policy.ts';
import { factsOf, type SimulatedRequest } from '../../rehearsal/request.ts';
import { simulate } from '../../rehearsal/simulate.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { whyLines } from '../explain.ts';
import { bodyOf, dataFolder, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { readSources } from '../policy-folder.ts';
import { REQUEST_OPTIONS, requestOf } from '../request-option.ts';
import { openStoredPolicy } from '../stored-policy.ts';
import { fields } from '../table.ts';
import { safe } from '../text.ts';

export const policySimulate = defineCommand({
  summary:
    'Decide one made-up call by the set in force or by a folder of policies; nothing is sent or recorded',
  takes: ['[folder]'],
  options: {
    ...REQUEST_OPTIONS,
    offline: { type: 'boolean', help: 'by the data folder itself, without a gateway' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [folder], terminal }) {
    const { offline, json: _json, help: _help, url: _url, token: _token, data: _data, ...given } = values;
    const request = await requestOf(given, terminal);
    const sources = folder === undefined ? null : await readSources(folder, terminal);
    const simulated =
      offline === true
        ? await simulateOffline(request, sources, dataFolder(values, terminal))
        : await bodyOf(
            (await openGateway(values, terminal)).policies.simulate.$post({
              json: { request: jsonOf(request), ...(sources === null ? {} : { sources: [...sources] }) },
            }),
          );
    const lines =
      values.json === true ? [JSON.stringify(simulated)] : simulationLines(simulated, request.grants ?? []);
    for (const line of lines) terminal.out(line);
    return simulated.decision === 'allow' && simulated.refused === null ? 0 : 1;
  },
});

function simulationLines(
  { decision, reason, sentence, refused, labels, why }: Simulation,
  grants: readonly string[],
): string[] {
  const needed = new Set(why.determining.map(({ id }) => id));
  return [
    ...(refused === null
      ? []
      : [
          `the gateway refuses this call before policy is asked (${refused.reason}): ${safe(refused.message)}`,
          'what policy says of it:',
          '',
        ]),
    safe(sentence),
    '',
    ...fields([
      ['decision', `${decision} (${reason})`],
      ['labels', labels.join(', ') || '–'],
    ]),
    ...whyLines(why),
    ...grants
      .filter((id) => !needed.has(id))
      .map((id) => `the grant for \`${safe(id)}\` changes nothing: no guard of that id asks for one here`),
  ];
}

async function simulateOffline(
  request: SimulatedRequest,
  sources: readonly PolicySource[] | null,
  dataDir: string,
): Promise<Simulation> {
  const stored = await openStoredPolicy(dataDir);
  try {
    const { registry, input, active } = stored;
    const agent = registry.agents.get(request.agent);
    const exposure = agent === undefined ? [] : await stored.exposure(agent.uid);
    const facts = factsOf(request, registry, { exposure, now: Date.now() });
    if (!facts.ok) throw usageError(facts.error);
    const candidate = sources ?? active ?? [];
    const grants = request.grants ?? [];
    const simulated = simulate({ sources: candidate, input, facts: facts.value, grants });
    if (!simulated.ok) {
      const told = describeDiagnostics(simulated.diagnostics);
      throw new CommandError(1, told, { code: 'invalid_policies' });
    }
    const { decision, sentence } = simulated;
    const before = refusedBefore(request, registry, stored.tools);
    if (!before.ok) throw usageError(before.error);
    const people = { owner: agent?.owner.name ?? null, subject: facts.value.subject?.name ?? null };
    return {
      decision: decision.outcome,
      reason: decision.reason,
      sentence,
      refused: before.value,
      labels: [...decision.obligations.labels],
      why: explanationOf(decision, approversOf(registry, people)),
      request: decision.request,
    };
  } finally {
    stored.close();
  }
}

/** As the client sends it: lists that may be changed. */
function jsonOf({ labels, exposure, grants, ...rest }: SimulatedRequest) {
  return {
    ...rest,
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(exposure === undefined ? {} : { exposure: [...exposure] }),
    ...(grants === undefined ? {} : { grants: [...grants] }),
  };
}
