// `countersign verify receipt`: whether a log kept what it promised to the caller of a call. Where it did not, the receipt is
// shown for what it is: a proof of misconduct, by the log's own signature.
import { resolve } from 'node:path';
import {
  type CheckedReceipt,
  checkReceipt,
  type OpenedReceipt,
  openSpokenReceipt,
  type ReceiptVerdict,
  toHex,
} from '@countersign/audit';
import { defineCommand } from '../command.ts';
import { CommandError, type ExitCode, usageError } from '../exit.ts';
import { type GivenReceipt, givenReceipts } from '../given-receipts.ts';
import { MANIFEST_OPTION, manifestIn } from '../key-manifest.ts';
import { openLogFolder } from '../log-folder.ts';
import { type Believed, evidenceInLog, evidenceInText, type Found } from '../receipt-evidence.ts';
import { evidenceInBundle } from '../receipt-in-bundle.ts';
import {
  believedOf,
  doubtsOf,
  keysBeside,
  manifestsAt,
  originOf,
  readGiven,
  withManifest,
} from '../receipt-keys.ts';
import { fields } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted, safe } from '../text.ts';
import { isBundle } from '../verification/subject.ts';

export const verifyReceipt = defineCommand({
  summary: 'Check what a log promised a caller against the log, a bundle or a checkpoint',
  takes: ['receipt'],
  options: {
    log: { type: 'string', value: 'path', help: 'a data folder, a database or a proof bundle' },
    checkpoint: { type: 'string', value: 'file', help: 'a checkpoint, or a C2SP tlog-proof, held elsewhere' },
    trust: {
      type: 'string',
      value: 'file',
      help: 'trust policy (C2SP tlog-policy) with the keys of the log and its witnesses',
    },
    key: {
      type: 'string',
      multiple: true,
      value: 'vkey',
      help: 'a key of the log or of its receipts; may be repeated',
    },
    ...MANIFEST_OPTION,
    at: {
      type: 'string',
      value: 'time',
      help: 'when the checkpoint, or the log, was known to be the newest there is',
    },
  },
  async run({ values, args: [given = ''], terminal }) {
    const receipts = await givenReceipts(given, terminal);
    const at = values.at === undefined ? null : timeOf(values.at);
    const outside = await believedOf(values, terminal);
    const path = values.log === undefined ? null : resolve(terminal.cwd, values.log);
    const isOutside = outside.verifiers.length > 0;
    const origin = originOf(receipts[0]?.note ?? '');
    const manifests = [...(await manifestIn(values.manifest, terminal)), ...(await manifestsAt(path))];
    const keys = isOutside || path === null ? outside : await keysBeside(path, origin);
    const believed = await withManifest(keys, manifests, origin, isOutside);
    const reports: Report[] = [];
    for (const receipt of receipts) {
      const opened = await openSpokenReceipt(receipt.note, believed.verifiers, believed.manifest);
      if (!opened.ok)
        throw new CommandError(2, `the receipt proves nothing: ${opened.error.message}${hint(believed)}`);
      const found = await foundOf(opened.value, receipt, { ...values, path }, believed, terminal);
      const { standing } = opened.value;
      const dated = { ...found, standing, ...(at === null ? {} : { checkpointAt: at }) };
      const checked = checkReceipt(opened.value, { ...dated, now: Date.now() });
      reports.push({ receipt: opened.value, checked, size: found.checkpoint?.size ?? null });
    }
    const keysFrom = isOutside ? 'outside' : 'store';
    const manifest = believed.manifest?.serial ?? null;
    const shown = reports.map((report) => ({ ...jsonOf(report), keysFrom, keyManifest: manifest }));
    const doubts = doubtsOf(believed, manifests, origin, isOutside);
    if (values.json === true) terminal.out(JSON.stringify(shown.length === 1 ? shown[0] : shown));
    else for (const report of reports) for (const line of linesOf(report, doubts)) terminal.out(line);
    return worst(reports.map(({ checked }) => EXIT[checked.verdict]));
  },
});

interface Report {
  readonly receipt: OpenedReceipt;
  readonly checked: CheckedReceipt;
  /** Of the checkpoint that it was held against. */
  readonly size: number | null;
}

const EXIT: Readonly<Record<ReceiptVerdict, ExitCode>> = {
  kept: 0,
  broken_promise: 1,
  contradicted: 1,
  not_yet_due: 2,
  undecided: 2,
  revoked_key: 2,
};

/** One broken promise is one too many; what cannot be told is not fine. */
function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0;
}

async function foundOf(
  receipt: OpenedReceipt,
  { proof }: GivenReceipt,
  { checkpoint, path }: { readonly checkpoint?: string | undefined; readonly path: string | null },
  believed: Believed,
  terminal: Terminal,
): Promise<Found> {
  const held =
    checkpoint === undefined
      ? {}
      : await evidenceInText(await readGiven(checkpoint, terminal), `\`${checkpoint}\``, believed);
  if (path === null) {
    const isHeld = held.checkpoint !== undefined || proof === null;
    return isHeld ? held : evidenceInText(proof, 'the proof that came with the receipt', believed);
  }
  if (await isBundle(path)) return evidenceInBundle(receipt, path, believed);
  const folder = await openLogFolder(path);
  try {
    return await evidenceInLog(receipt, folder, held, believed);
  } finally {
    folder.close();
  }
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw usageError(`\`--at\` is \`${text}\`: give a time such as \`2026-11-22T12:00:00Z\``);
  return time;
}

function hint({ verifiers }: Believed): string {
  return verifiers.length > 0
    ? ''
    : '; name the key that signs receipts with `--key` or `--trust`, as the gateway published it at `/.well-known/countersign-trust` when it was first used';
}

function jsonOf({ receipt, checked, size }: Report) {
  const { origin, index, leaf, time, call, kind, promiseSeconds } = receipt;
  return {
    ...checked,
    receipt: { origin, index, leaf: toHex(leaf), time, call, kind, promiseSeconds },
    checkpointSize: size,
  };
}

const TITLES: Readonly<Record<ReceiptVerdict, string>> = {
  kept: 'kept',
  not_yet_due: 'not yet due',
  broken_promise: 'BROKEN PROMISE',
  contradicted: 'CONTRADICTED',
  undecided: 'could not tell',
  revoked_key: 'SIGNED BY A REVOKED KEY',
};

function linesOf({ receipt, checked, size }: Report, doubts: readonly string[]): string[] {
  const { verdict, isProof, message } = checked;
  const { origin, index, time, call, kind, promiseSeconds } = receipt;
  const said = `${TITLES[verdict]}${isProof ? ', a proof of misconduct by signatures of the log alone' : ''}`;
  return [
    ...fields([
      ['verdict', said],
      ['log', origin],
      ['entry', `${index} (${kind})`],
      ['call', call],
      ['recorded', new Date(time / 1000).toISOString()],
      ['promised', `a checkpoint within ${promiseSeconds} s`],
      ['held against', size === null ? 'nothing' : `a checkpoint of ${counted(size, 'entry', 'entries')}`],
    ]),
    '',
    safe(message),
    ...doubts.map(safe),
    '',
  ];
}
