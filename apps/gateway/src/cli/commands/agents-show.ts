// `countersign agents show`: one agent, what it has been exposed to, and its latest calls.
import { callRows, CALL_HEAD, olderText } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { fields, table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

export const agentsShow = defineCommand({
  summary: 'Show an agent, what it has been exposed to, and its latest calls',
  takes: ['name'],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [name = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const detail = await bodyOf(gateway.agents[':name'].$get({ param: { name } }));
    if (values.json === true) {
      terminal.out(JSON.stringify(detail));
      return 0;
    }
    const { agent, exposure, recent, archived } = detail;
    const isUtc = values.utc === true;
    const facts = fields([
      ['name', agent.name],
      ['id', agent.uid],
      ['owner', `${agent.owner.name} <${agent.owner.email}>`],
      ['team', agent.team],
      ['purpose', agent.purpose],
      ['capabilities', agent.capabilities.join(', ') || '–'],
      ['risk', agent.risk],
      ['environment', agent.environment],
      ['status', agent.status],
      [
        'identities',
        agent.identities.map(({ issuer, claim, value }) => `${issuer} ${claim}=${value}`).join('; ') || '–',
      ],
      ['exposed to', exposure.join(', ') || 'nothing'],
    ]);
    for (const line of facts) terminal.out(line);
    terminal.out('');
    const none = archived === null ? 'no calls yet' : `no calls since ${time(archived.before, isUtc)}`;
    const options = { isColoured: terminal.isInteractive, none };
    for (const line of table(CALL_HEAD, callRows(recent, isUtc), options)) terminal.out(line);
    if (archived !== null) terminal.err(olderText(archived, isUtc));
    return 0;
  },
});
