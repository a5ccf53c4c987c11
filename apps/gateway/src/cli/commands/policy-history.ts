// `countersign policy history`: which set was in force from when on, by whom and why.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const MOST = 1000;

export const policyHistory = defineCommand({
  summary: 'List which policy set was in force from when on, by whom and why',
  takes: [],
  options: {
    limit: { type: 'string', value: 'number', help: 'at most so many, the newest first (50)' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { limit } = values;
    if (limit !== undefined && !(/^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MOST))
      throw usageError(`\`--limit\` is \`${limit}\`: give a whole number from 1 to ${MOST}`);
    const gateway = await openGateway(values, terminal);
    const query = limit === undefined ? {} : { limit };
    const answer = await bodyOf(gateway.policies.versions.$get({ query }));
    if (values.json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const rows = answer.versions.map((version) => [
      `${version.version}${version.inForce ? ' (in force)' : ''}`,
      version.digest.slice(0, 12),
      version.cause,
      version.author,
      version.reviewers.join(', ') || '–',
      time(version.activatedAt, values.utc === true),
      version.message || '–',
    ]);
    const head = ['version', 'set', 'cause', 'author', 'approved by', 'since', 'message'];
    const options = { isColoured: terminal.isInteractive, none: 'no policy set was ever in force' };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});
