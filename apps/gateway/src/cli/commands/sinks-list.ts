// `countersign sinks list`: how far each receiver of entries has got, and why it is behind.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table, toned } from '../table.ts';
import { duration } from '../text.ts';

const HEAD = ['name', 'kind', 'next', 'behind', 'by', 'state', 'error'] as const;
const TONES = { current: 'ok', sending: 'sending', failing: 'failed', stopped: 'stopped' } as const;

export const sinksList = defineCommand({
  summary: 'List the receivers of entries with their positions, how far behind they are, and why',
  takes: [],
  options: GATEWAY_OPTIONS,
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const answer = await bodyOf(gateway.sinks.$get({}));
    if (values.json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const rows = answer.sinks.map(({ name, kind, next, lag, lagMs, state, error }) => [
      name,
      kind,
      String(next),
      String(lag),
      lagMs === 0 ? '–' : duration(lagMs * 1000),
      toned(TONES[state]),
      error ?? '',
    ]);
    const options = { isColoured: terminal.isInteractive, none: 'no sinks are configured' };
    for (const line of table(HEAD, rows, options)) terminal.out(line);
    return 0;
  },
});
