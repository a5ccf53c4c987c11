// A proof bundle with something wrong with it, and how one is made: of a log that tells a whole story, by changing lines of it.
// For tests only.

import type { BodyLine, EntryLine } from '../../bundle/types.ts';
import { signCheckpoint } from '../../checkpoint.ts';
import { bundleLines, type BundleSpec, bundleText, newSigner } from '../bundle-builder.ts';
import { ORIGIN } from '../log-builder.ts';
import { storyLog } from '../story.ts';

/** With everything that an auditor brings, in the form in which a command line takes it. */
export interface SpoiltBundle {
  readonly text: string;
  /** The entry that is to be named; null where nobody can tell which one it is. */
  readonly at: number | null;
  /** A C2SP tlog-policy. */
  readonly trust: string;
  /** Checkpoints that the auditor holds. */
  readonly external: readonly string[];
  readonly requireWitness: boolean;
}

export type Spoil = (lines: BodyLine[]) => BodyLine[];

export const STORY = storyLog();
export const SIZE = STORY.log.entries.length;
export const signer = await newSigner();
export const note = await signCheckpoint({ origin: ORIGIN, size: SIZE, root: STORY.log.root() }, signer);

/** A trust policy for these keys; asks for no witness unless a line does. */
export function policyOf(vkeys: readonly string[], lines: readonly string[] = ['quorum none']): string {
  return [...vkeys.map((vkey) => `log ${vkey}`), ...lines, ''].join('\n');
}

/** These bytes, for an auditor who trusts the log's key and asks for nothing more. */
export function judged(text: string, at: number | null, brought: Partial<SpoiltBundle> = {}): SpoiltBundle {
  return { text, at, trust: policyOf([signer.vkey]), external: [], requireWitness: false, ...brought };
}

/** The story's bundle, or that of another log, made and then spoilt. */
export async function spoilt(
  at: number | null,
  spoil: Spoil,
  spec: Partial<BundleSpec> = {},
  brought: Partial<SpoiltBundle> = {},
): Promise<SpoiltBundle> {
  const lines = spoil(await bundleLines({ log: STORY.log, signer, ...spec }));
  return judged(bundleText(lines), at, brought);
}

export const asIs: Spoil = (lines) => lines;

/** Changes the line of one entry. */
export const onEntry =
  (index: number, change: (line: EntryLine) => EntryLine): Spoil =>
  (lines) =>
    lines.map((line) => (line.type === 'entry' && line.index === index ? change(line) : line));

export const without =
  (index: number): Spoil =>
  (lines) =>
    lines.filter((line) => line.type !== 'entry' || line.index !== index);

/** Puts a line behind the first: manifests of keys stand there. */
export const behindHead =
  (line: BodyLine): Spoil =>
  ([head, ...rest]) =>
    head === undefined ? rest : [head, line, ...rest];
