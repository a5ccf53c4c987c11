// `countersign chain show`: the tree agent → agent → tool, with owner, decision, policy, time, duration and outcome at
// every hop.
import type { AdminClient } from '../../admin/client.ts';
import { chainLines } from '../chain.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const chainShow = defineCommand({
  summary: 'Show a chain of calls as a tree: who called whom, by which policy, with what outcome',
  takes: ['[id]'],
  options: {
    latest: { type: 'boolean', help: 'the most recent interaction between agents' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id], terminal }) {
    if ((id === undefined) === (values.latest !== true)) {
      throw usageError('give either the id of a chain or `--latest`');
    }
    const gateway = await openGateway(values, terminal);
    const chain = await bodyOf(
      gateway.chains[':id'].$get({ param: { id: id ?? (await latestChain(gateway)) } }),
    );
    if (values.json === true) {
      terminal.out(JSON.stringify(chain));
      return 0;
    }
    const style = { isUtc: values.utc === true, isColoured: terminal.isInteractive };
    for (const line of chainLines(chain, style)) terminal.out(line);
    return 0;
  },
});

/** The chain of the newest call from one agent to another. */
async function latestChain(gateway: AdminClient): Promise<string> {
  const pages = (['a2a:message/send', 'a2a:message/stream'] as const).map((operation) =>
    bodyOf(gateway.calls.$get({ query: { operation, limit: '1' } })),
  );
  const calls = (await Promise.all(pages)).flatMap((page) => page.calls);
  const [newest] = calls.sort((a, b) => b.decidedIndex - a.decidedIndex);
  if (newest === undefined) throw new CommandError(1, 'no agent has called another yet');
  return newest.chain;
}
