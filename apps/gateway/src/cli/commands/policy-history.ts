// `countersign policy history`: which set was in force from when on, by whom and why.
import type { PolicyVersion } from '../../admin/client.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const MOST = 1000;
/** The most that the gateway tells at a time. */
const PAGE = 200;

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
    if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MOST))
      throw usageError(`\`--limit\` is \`${limit}\`: give a whole number from 1 to ${MOST}`);
    const gateway = await openGateway(values, terminal);
    const wanted = limit === undefined ? 50 : Number(limit);
    const versions: PolicyVersion[] = [];
    let before: number = Number.MAX_SAFE_INTEGER;
    while (before > 1 && versions.length < wanted) {
      const query = { limit: String(Math.min(PAGE, wanted - versions.length)), before: String(before) };
      const answer = await bodyOf(gateway.policies.versions.$get({ query }));
      versions.push(...answer.versions);
      before = answer.versions.at(-1)?.version ?? 1;
    }
    if (values.json === true) {
      terminal.out(JSON.stringify({ versions }));
      return 0;
    }
    const rows = versions.map((version) => [
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
