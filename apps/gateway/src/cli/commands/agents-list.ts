// `countersign agents list`.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';

export const agentsList = defineCommand({
  summary: 'List registered agents with the person who answers for each',
  takes: [],
  options: GATEWAY_OPTIONS,
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const { agents } = await bodyOf(gateway.agents.$get());
    if (values.json === true) {
      terminal.out(JSON.stringify({ agents }));
      return 0;
    }
    const rows = agents.map((agent) => [
      agent.name,
      agent.owner.email,
      agent.team,
      agent.risk,
      agent.environment,
      agent.status,
      agent.purpose,
    ]);
    const head = ['name', 'owner', 'team', 'risk', 'environment', 'status', 'purpose'];
    const options = { isColoured: terminal.isInteractive, none: 'no agent is registered' };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});
