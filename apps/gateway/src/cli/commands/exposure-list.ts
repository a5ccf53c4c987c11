// `countersign exposure list`: who saw what, by which call, and until when it counts.
import { defineCommand } from '../command.ts';
import { exposureLines } from '../exposures.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const exposureList = defineCommand({
  summary: 'List who is exposed to what labels, until when, and which call brought them',
  takes: [],
  options: {
    agent: { type: 'string', value: 'name', help: 'only this agent and the people it brought something to' },
    subject: { type: 'string', value: 'name', help: 'only this person, by name in tokens or by key' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { agent, subject, json, utc } = values;
    const gateway = await openGateway(values, terminal);
    const query = {
      ...(agent === undefined ? {} : { agent }),
      ...(subject === undefined ? {} : { subject }),
    };
    const answer = await bodyOf(gateway.exposures.$get({ query: { ...query, limit: '1000' } }));
    if (json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const options = { isColoured: terminal.isInteractive, isUtc: utc === true };
    for (const line of exposureLines(answer.exposures, options)) terminal.out(line);
    if (answer.truncated) terminal.err('there is more: name an agent or a person');
    return 0;
  },
});
