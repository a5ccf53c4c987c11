// Takes apart what a log submits to a witness: the size that it thinks the witness knows, a consistency proof, and the
// checkpoint (C2SP tlog-witness, "add-checkpoint"). Checks the form only, and refuses every other form.
import { type Bytes, fromUtf8, type ParsedNote, parseCheckpointText, parseNote } from '@countersign/audit';
import { decodeHash, MAX_PROOF_LINES } from './wire.ts';

export interface Submission {
  readonly old: number;
  readonly proof: readonly Bytes[];
  readonly note: string;
  readonly parsed: ParsedNote;
  readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
}

/** The submission in a request body, or what is wrong with it. */
export function parseSubmission(body: Uint8Array): Submission | string {
  const text = fromUtf8(body);
  if (text === null) return 'the body is not UTF-8';
  const split = text.indexOf('\n\n');
  if (split < 0) return 'the body has no blank line before the checkpoint';
  const [first = '', ...lines] = text.slice(0, split).split('\n');
  const old = /^old (0|[1-9][0-9]{0,15})$/.exec(first)?.[1];
  if (old === undefined || !Number.isSafeInteger(Number(old)))
    return 'the first line is not `old` and a size without leading zeroes';
  if (lines.length > MAX_PROOF_LINES) return `the proof has more than ${MAX_PROOF_LINES} lines`;
  const proof = lines.map(decodeHash);
  if (!proof.every((hash) => hash !== null)) return 'a line of the proof is not 32 bytes of base64';
  const note = text.slice(split + 2);
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed.error.message;
  const checkpoint = parseCheckpointText(withoutExtensions(parsed.value.text));
  if (!checkpoint.ok) return checkpoint.error.message;
  return { old: Number(old), proof, note, parsed: parsed.value, checkpoint: checkpoint.value };
}

// Logs of others may have extension lines. They are cosigned with the rest, and a witness says nothing about them.
function withoutExtensions(text: string): string {
  const [origin, size, root, ...more] = text.split('\n');
  const extensions = more.slice(0, -1);
  // An empty extension line is not allowed, and is left for the parser to refuse.
  return extensions.includes('') ? text : `${[origin, size, root].join('\n')}\n`;
}
