// `countersign erase`: proposes to destroy what is stored of a person, a call, or the calls that filters find. Somebody
// else has to agree.
import { changeLines, exitCodeOf, outcomeLine } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const eraseCommand = defineCommand({
  summary:
    'Propose to destroy what is stored of a person, a call or what filters find; somebody else has to agree',
  takes: [],
  options: {
    subject: { type: 'string', value: 'name', help: 'a person: all that is stored of them' },
    call: { type: 'string', value: 'id', help: 'one call' },
    query: {
      type: 'string',
      value: 'text',
      help: 'the calls that this finds, with the filters of `calls list`: "agent:invoice to:2026-01-01T00:00:00Z"',
    },
    basis: { type: 'string', value: 'text', help: 'the legal basis; required, and recorded for good' },
    field: {
      type: 'string',
      multiple: true,
      value: 'name',
      help: 'a detail that goes, such as request; may be repeated; default: all that may be about a person',
    },
    'except-held': { type: 'boolean', help: 'leave out what a legal hold keeps, instead of refusing' },
    message: { type: 'string', short: 'm', value: 'text', help: 'what else reviewers should know' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { subject, call, query, basis, field, message } = values;
    if ([subject, call, query].filter((one) => one !== undefined).length !== 1)
      throw usageError('name what is to be erased: one of `--subject`, `--call` and `--query`');
    if (basis === undefined) throw usageError('`--basis <text>` is missing: name the legal basis');
    const gateway = await openGateway(values, terminal);
    const json = {
      basis,
      ...(subject === undefined ? {} : { subject }),
      ...(call === undefined ? {} : { call }),
      ...(query === undefined ? {} : { query }),
      ...(field === undefined ? {} : { fields: field }),
      ...(values['except-held'] === true ? { exceptHeld: true } : {}),
      ...(message === undefined ? {} : { message }),
    };
    const change = await bodyOf(gateway.erasures.$post({ json }));
    const lines =
      values.json === true
        ? [JSON.stringify(change)]
        : [...changeLines(change, values.utc === true), '', outcomeLine(change)];
    for (const line of lines) terminal.out(line);
    return exitCodeOf(change);
  },
});
