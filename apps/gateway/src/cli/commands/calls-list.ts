// `countersign calls list`: the searchable index of calls, newest first.
import { callRows, CALL_HEAD } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';
import { UTC_OPTION } from '../time-option.ts';

const DECISIONS = ['allow', 'deny', 'hold'] as const;
const STATES = ['denied', 'held', 'open', 'completed', 'unknown'] as const;

export const callsList = defineCommand({
  summary: 'List calls, newest decision first',
  takes: [],
  options: {
    agent: { type: 'string', value: 'name', help: 'by this agent' },
    upstream: { type: 'string', value: 'name', help: 'to this upstream' },
    resource: { type: 'string', value: 'name', help: 'of this tool, prompt or resource' },
    operation: { type: 'string', value: 'name', help: 'such as mcp:tools/call' },
    policy: { type: 'string', value: 'id', help: 'decided by this policy' },
    decision: { type: 'string', value: 'word', help: DECISIONS.join(', ') },
    state: { type: 'string', value: 'word', help: STATES.join(', ') },
    chain: { type: 'string', value: 'id', help: 'in this chain' },
    subject: { type: 'string', value: 'name', help: 'on behalf of this person' },
    from: { type: 'string', value: 'time', help: 'started at or after (RFC 3339 with offset)' },
    to: { type: 'string', value: 'time', help: 'started before' },
    limit: { type: 'string', value: 'number', help: 'at most so many, up to 200 (default 50)' },
    cursor: { type: 'string', value: 'text', help: 'go on behind an earlier page (its `nextCursor`)' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const {
      url: _url,
      token: _token,
      data: _data,
      json,
      help: _help,
      utc,
      decision,
      state,
      ...texts
    } = values;
    const named = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const query = {
      ...Object.fromEntries(named),
      ...(decision === undefined ? {} : { decision: oneOf('--decision', DECISIONS, decision) }),
      ...(state === undefined ? {} : { state: oneOf('--state', STATES, state) }),
    };
    const gateway = await openGateway(values, terminal);
    const page = await bodyOf(gateway.calls.$get({ query }));
    if (json === true) {
      terminal.out(JSON.stringify(page));
      return 0;
    }
    const options = { isColoured: terminal.isInteractive, none: 'no calls' };
    for (const line of table(CALL_HEAD, callRows(page.calls, utc === true), options)) terminal.out(line);
    if (page.nextCursor !== null) terminal.err(`there are more: --cursor ${page.nextCursor}`);
    return 0;
  },
});

function oneOf<const T extends string>(flag: string, known: readonly T[], text: string): T {
  const word = known.find((one) => one === text);
  if (word === undefined) throw usageError(`\`${flag}\` is \`${text}\`: give one of ${known.join(', ')}`);
  return word;
}
