// `countersign doctor`: looks at everything that a gateway needs and says what is wrong and how to fix it.
import { defineCommand } from '../command.ts';
import { examine } from '../doctor.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { table } from '../table.ts';

export const doctorCommand = defineCommand({
  summary: 'Check runtime, configuration, manifests, policies, data folder and the running gateway',
  takes: [],
  options: {
    config: { type: 'string', value: 'file', help: 'configuration file' },
    ...DATA_OPTION,
  },
  async run({ values, terminal }) {
    const given = values.data ?? terminal.env['COUNTERSIGN_DATA'];
    const findings = await examine({
      configFile: values.config ?? null,
      dataDir: given === undefined ? null : dataFolder(values, terminal),
      cwd: terminal.cwd,
    });
    const isWell = findings.every(({ state }) => state !== 'wrong');
    if (values.json === true) {
      terminal.out(JSON.stringify({ ok: isWell, findings }));
      return isWell ? 0 : 1;
    }
    const rows = findings.map(({ what, state, message }) => [
      what,
      {
        text: state,
        tone:
          state === 'wrong' ? ('bad' as const) : state === 'fine' ? ('good' as const) : ('plain' as const),
      },
      message,
    ]);
    for (const line of table(['what', 'state', 'particulars'], rows, {
      isColoured: terminal.isInteractive,
      none: '',
    })) {
      terminal.out(line);
    }
    return isWell ? 0 : 1;
  },
});
