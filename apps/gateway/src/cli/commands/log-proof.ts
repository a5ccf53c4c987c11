// `countersign log proof`: that an entry is in the log, or that the log only grew, as something to hand to somebody who
// trusts nobody. From the data folder itself, or from a gateway elsewhere.
import { type EntryProof, type GrowthProof, proveEntry, proveGrowth } from '../../proofs/log-proofs.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { bodyOf, dataFolder, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import type { Terminal } from '../terminal.ts';
import { StoreError } from '../../store/store-error.ts';

export const logProof = defineCommand({
  summary: 'Prove that an entry is in the log (by its index), or with --from that the log only grew',
  takes: ['[index]'],
  options: {
    size: {
      type: 'string',
      value: 'entries',
      help: 'in the log of this size; default that of the newest checkpoint',
    },
    from: {
      type: 'string',
      value: 'entries',
      help: 'prove that the log of this size is a beginning of the larger',
    },
    to: { type: 'string', value: 'entries', help: 'the larger size; default that of the newest checkpoint' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [index], terminal }) {
    const asked = askedOf({ ...values, index });
    const isElsewhere =
      values.url !== undefined ||
      (values.data === undefined && terminal.env['COUNTERSIGN_URL'] !== undefined);
    const proof = isElsewhere
      ? await askGateway(asked, values, terminal)
      : await readFolder(asked, values, terminal);
    if (values.json === true) terminal.out(JSON.stringify(proof));
    else if (proof.text !== null) terminal.out(proof.text.trimEnd());
    else {
      const size = 'index' in proof ? proof.size : proof.to;
      throw new CommandError(
        1,
        `no checkpoint of ${size} entries was signed: name another size (see \`countersign log checkpoint\`), or take the proof without one with \`--json\``,
      );
    }
    return 0;
  },
});

type Asked =
  | { readonly of: 'entry'; readonly index: number; readonly size: number | undefined }
  | { readonly of: 'growth'; readonly from: number; readonly to: number | undefined };

interface Given {
  readonly index: string | undefined;
  readonly size?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function askedOf({ index, size, from, to }: Given): Asked {
  if (index === undefined && from === undefined)
    throw usageError('nothing to prove: name the index of an entry, or a size with `--from`');
  if (from === undefined) {
    if (to !== undefined) throw usageError('`--to` goes with `--from`; for an entry, say `--size`');
    return { of: 'entry', index: whole('index', index), size: optional('--size', size) };
  }
  if (index !== undefined || size !== undefined)
    throw usageError('`--from` is about the whole log: leave out the index and `--size`, and say `--to`');
  return { of: 'growth', from: whole('--from', from), to: optional('--to', to) };
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : whole(name, text);
}

function whole(name: string, text = ''): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw usageError(`\`${name}\` is \`${text}\`: give a whole number`);
  return number;
}

async function readFolder(
  asked: Asked,
  values: { readonly data?: string | undefined },
  terminal: Terminal,
): Promise<EntryProof | GrowthProof> {
  const folder = await openLogFolder(dataFolder(values, terminal));
  try {
    const proof =
      asked.of === 'entry'
        ? await proveEntry(folder, asked.index, asked.size)
        : await proveGrowth(folder, asked.from, asked.to);
    if (!proof.ok) throw new CommandError(1, proof.error.message);
    return proof.value;
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(1, error.message, { cause: error });
    throw error;
  } finally {
    folder.close();
  }
}

async function askGateway(
  asked: Asked,
  values: Parameters<typeof openGateway>[0],
  terminal: Terminal,
): Promise<EntryProof | GrowthProof> {
  const { inclusion, consistency } = (await openGateway(values, terminal)).log.proof;
  if (asked.of === 'entry') {
    const size = asked.size === undefined ? {} : { size: String(asked.size) };
    return bodyOf(inclusion.$get({ query: { index: String(asked.index), ...size } }));
  }
  const to = asked.to === undefined ? {} : { to: String(asked.to) };
  return bodyOf(consistency.$get({ query: { from: String(asked.from), ...to } }));
}
