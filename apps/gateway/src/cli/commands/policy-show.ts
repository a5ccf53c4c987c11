// `countersign policy show`: what is in force, what of it is not as it should be, or an earlier version.
import type { AdminClient, Policies } from '../../admin/client.ts';
import { diagnosticLines, differenceLines } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { fields } from '../table.ts';
import { safe, safeLines, time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

export const policyShow = defineCommand({
  summary: 'Show the policy set in force, or an earlier version with what it changed',
  takes: [],
  options: {
    version: { type: 'string', value: 'number', help: 'this version instead of what is in force' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const isUtc = values.utc === true;
    const { answer, lines } =
      values.version === undefined
        ? await inForce(gateway, isUtc)
        : await oneVersion(gateway, values.version, isUtc);
    for (const line of values.json === true ? [JSON.stringify(answer)] : lines) terminal.out(line);
    return 0;
  },
});

type Source = NonNullable<Policies['active']>['sources'][number];

async function inForce(gateway: AdminClient, isUtc: boolean) {
  const answer = await bodyOf(gateway.policies.$get());
  const { active, refused, broken, warnings, degraded } = answer;
  const lines = [
    ...(active === null
      ? ['no policy set is in force: every call is denied']
      : fields([
          ['in force', active.digest.slice(0, 12)],
          ['version', active.version === null ? '–' : String(active.version)],
          ['author', active.author],
          ['since', time(active.activatedAt, isUtc)],
          ['state', degraded ? 'degraded' : 'as it should be'],
        ])),
    ...(refused === null
      ? []
      : ['', `refused ${time(refused.at, isUtc)}:`, ...diagnosticLines(refused.diagnostics)]),
    ...(broken.length === 0 ? [] : ['', 'denied, because the set no longer fits them:']),
    ...broken.map(({ tool, why }) => `  ${safe(tool)}: ${safe(why)}`),
    ...(warnings.length === 0 ? [] : ['', ...diagnosticLines(warnings)]),
    ...sourceLines(active?.sources ?? []),
  ];
  return { answer, lines };
}

async function oneVersion(gateway: AdminClient, version: string, isUtc: boolean) {
  if (!/^[1-9]\d{0,8}$/.test(version))
    throw usageError(`\`--version\` is \`${version}\`: give a number of \`countersign policy history\``);
  const answer = await bodyOf(gateway.policies.versions[':version'].$get({ param: { version } }));
  const lines = [
    ...fields([
      ['version', `${answer.version}${answer.inForce ? ' (in force)' : ''}`],
      ['set', answer.digest.slice(0, 12)],
      ['cause', answer.cause],
      ['author', answer.author],
      ['approved by', answer.reviewers.join(', ') || '–'],
      ['change', answer.change ?? '–'],
      ['since', time(answer.activatedAt, isUtc)],
      ['message', answer.message || '–'],
    ]),
    '',
    ...differenceLines(answer.difference),
    ...answer.broken.map(({ tool, why }) => `no longer fitted ${safe(tool)}: ${safe(why)}`),
    ...sourceLines(answer.sources),
  ];
  return { answer, lines };
}

function sourceLines(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, text }) => [
    '',
    `${safe(file)}:`,
    ...safeLines(text.trimEnd()).map((line) => `  ${line}`),
  ]);
}
