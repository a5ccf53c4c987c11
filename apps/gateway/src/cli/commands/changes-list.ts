// `countersign changes list`: what waits for other people to agree to it.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table, toned } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const STATES = ['pending', 'applied', 'rejected', 'withdrawn', 'expired', 'failed'] as const;
const KINDS = ['policy', 'registry', 'exposure', 'erasure'] as const;

export const changesList = defineCommand({
  summary: 'List changes that people have to agree to, by default those that wait',
  takes: [],
  options: {
    state: { type: 'string', value: 'state', help: `one of ${STATES.join(', ')} (default pending)` },
    of: { type: 'string', value: 'kind', help: `only changes of ${KINDS.join(', ')}` },
    all: { type: 'boolean', help: 'in every state' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const state = values.all === true ? undefined : oneOf('--state', STATES, values.state ?? 'pending');
    const of = values.of === undefined ? undefined : oneOf('--of', KINDS, values.of);
    const gateway = await openGateway(values, terminal);
    const query = { ...(state === undefined ? {} : { state }), ...(of === undefined ? {} : { of }) };
    const answer = await bodyOf(gateway.changes.$get({ query }));
    if (values.json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const rows = answer.changes.map((change) => [
      change.id,
      change.of,
      toned(change.state),
      change.author,
      `${change.reviews.filter(({ verdict }) => verdict === 'approve').length}/${change.quorum}`,
      time(change.closedAt ?? change.expiresAt, values.utc === true),
      change.message,
    ]);
    const when = state === 'pending' ? 'until' : state === undefined ? 'until or closed' : 'closed';
    const head = ['id', 'of', 'state', 'author', 'approvals', when, 'message'];
    const none = state === 'pending' ? 'no change waits for approval' : 'no changes';
    const options = { isColoured: terminal.isInteractive, none };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});

function oneOf<const T extends string>(flag: string, known: readonly T[], text: string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw usageError(`\`${flag}\` is \`${text}\`: give one of ${known.join(', ')}`);
  return found;
}
