// What can be done to a proof bundle, by whoever has the file and by the operator of the log. For tests only.

import { fromUtf8, utf8 } from '../../bytes.ts';
import { signCheckpoint } from '../../checkpoint.ts';
import type { BodyLine, EntryLine, RangeLine } from '../../bundle/types.ts';
import { leafHash } from '../../merkle.ts';
import { type Digest, digestOf, toDigest } from '../../sha256.ts';
import type { Span } from '../../proof/spans.ts';
import { newSigner } from '../../testing/bundle-builder.ts';
import { type BundleCase, exported, fileOf } from './bundle-scene.ts';
import { KEY_HOLDER, sameIn } from './key-holder.ts';
import type { Scene, Store } from './scene.ts';
import { STORE_WRITER } from './store-writer.ts';
import { checkpointOf, log, stranger } from './world.ts';

/** The changed file, and how many entries of the log that it shows are as they were; null where there is nothing to do it to. */
export interface Spoilt {
  readonly file: string;
  readonly same?: number;
}

type BundleDeed = (bundle: BundleCase) => Spoilt | null | Promise<Spoilt | null>;

const ELSEWHERE = await newSigner('elsewhere.example.org');

const entriesIn = (lines: readonly BodyLine[]): EntryLine[] => lines.filter((line) => line.type === 'entry');

const pick = <T>(from: readonly T[], drawn: number): T | undefined => from[drawn % from.length];

/** Changes the line of one entry. */
function onEntry(
  change: (line: EntryLine, bundle: BundleCase) => EntryLine | null,
  fits: (line: EntryLine) => boolean = () => true,
): BundleDeed {
  return (bundle) => {
    const chosen = pick(entriesIn(bundle.lines).filter(fits), bundle.scene.choices.at);
    const changed = chosen === undefined ? null : change(chosen, bundle);
    if (changed === null) return null;
    return { file: fileOf(bundle.lines.map((line) => (line === chosen ? changed : line))) };
  };
}

function onRange(change: (line: RangeLine) => RangeLine | null): BundleDeed {
  return ({ lines }) => {
    const chosen = lines.find((line) => line.type === 'range');
    const changed = chosen === undefined ? null : change(chosen);
    return changed === null
      ? null
      : { file: fileOf(lines.map((line) => (line === chosen ? changed : line))) };
  };
}

/** Another letter in place of one, where both are of the same width in bytes. */
function flipped(text: string, { to }: BundleCase['scene']['choices']): string {
  const place = to % text.length;
  return `${text.slice(0, place)}${text[place] === 'x' ? 'y' : 'x'}${text.slice(place + 1)}`;
}

const hasDetails = ({ details }: EntryLine): boolean => details.length > 0;
const hasProof = ({ proof }: EntryLine): boolean => proof !== null && proof.length > 0;

/** Everything else of a bundle, with another checkpoint. */
const withCheckpoint = (lines: readonly BodyLine[], note: string): string =>
  fileOf(lines.map((line) => (line.type === 'checkpoint' ? { ...line, note } : line)));

const otherHash = (hashes: readonly Digest[]): Digest[] =>
  hashes.map((hash, at) => (at === 0 ? digestOf(hash) : hash));

/** All entries, as one range or each for itself. */
const whole = ({ entries }: Pick<Store, 'entries'>, isRange: boolean): Span | null =>
  isRange ? { from: 0, to: entries.length } : null;

async function reexported(scene: Scene, entries: Store['entries'], isRange: boolean): Promise<Spoilt> {
  const lines = await exported(scene, entries, log, whole({ entries }, isRange));
  return { file: fileOf(lines), same: sameIn(scene.store.entries, entries) };
}

export const BUNDLE_DEEDS: Readonly<Record<string, BundleDeed>> = {
  'flip a letter of the file': ({ lines, scene }) => ({ file: flipped(fileOf(lines), scene.choices) }),
  'cut the file off': ({ lines, scene }) => {
    const file = fileOf(lines);
    const { to, mask } = scene.choices;
    // Lines that are all whole are what a reader without an eye for the last one takes.
    const whole = lines
      .slice(0, to % (lines.length + 1))
      .map((line) => fileOf([line]).split('\n', 1)[0] ?? '');
    return {
      file: mask % 2 === 0 ? file.slice(0, to % file.length) : whole.map((line) => `${line}\n`).join(''),
    };
  },
  'flip a letter of a header': onEntry((line, { scene }) => ({
    ...line,
    header: flipped(line.header, scene.choices),
  })),
  'flip a letter of a header, with its leaf hash': onEntry((line, { scene }) => {
    const header = flipped(line.header, scene.choices);
    return { ...line, header, leaf: toDigest(leafHash(utf8(header))) };
  }),
  'flip a letter of a detail': onEntry((line) => {
    const [first, ...rest] = line.details;
    return first === undefined ? null : { ...line, details: [{ ...first, text: `${first.text}x` }, ...rest] };
  }, hasDetails),
  'swap a detail, with its salt, for that of another entry': onEntry((line, { lines }) => {
    const [first] = line.details;
    const others = entriesIn(lines).filter(({ index }) => index !== line.index);
    const other = others.flatMap(({ details }) => details).find(({ name }) => name === first?.name);
    return other === undefined ? null : { ...line, details: [other, ...line.details.slice(1)] };
  }, hasDetails),
  'call a detail erased': onEntry((line) => {
    const [first, ...rest] = line.details;
    return first === undefined ? null : { ...line, details: rest, erased: [...line.erased, first.name] };
  }, hasDetails),
  'drop an entry of a range': ({ lines, isRange, scene }) => {
    const gone = pick(entriesIn(lines), scene.choices.at);
    return isRange ? { file: fileOf(lines.filter((line) => line !== gone)) } : null;
  },
  'drop the end of a range, and make the range shorter': ({ lines, isRange }) => {
    const last = entriesIn(lines).at(-1);
    const shorter = lines.filter((line) => line !== last);
    const cut = shorter.map((line) => (line.type === 'range' ? { ...line, to: line.to - 1 } : line));
    return isRange ? { file: fileOf(cut) } : null;
  },
  'drop a call of a selection': ({ lines, isRange, scene }) => {
    const { bounds } = scene.honest;
    const at = scene.choices.at % (bounds.length - 1);
    const [from = 0, to = 0] = bounds.slice(at, at + 2);
    const isGone = (line: BodyLine): boolean => {
      const index = line.type === 'entry' ? line.index : line.type === 'policySet' ? line.entry : null;
      return index !== null && index >= from && index < to;
    };
    return isRange ? null : { file: fileOf(lines.filter((line) => !isGone(line))) };
  },
  'duplicate an entry': ({ lines, scene }) => {
    const chosen = pick(entriesIn(lines), scene.choices.at);
    return { file: fileOf(lines.flatMap((line) => (line === chosen ? [line, line] : [line]))) };
  },
  'swap two entries': ({ lines, scene }) => {
    const entries = entriesIn(lines);
    const [a, b] = [pick(entries, scene.choices.at), pick(entries, scene.choices.to)];
    if (a === undefined || b === undefined || a === b) return null;
    const put = (line: EntryLine, { index, proof }: EntryLine): EntryLine => ({ ...line, index, proof });
    return { file: fileOf(lines.map((line) => (line === a ? put(b, a) : line === b ? put(a, b) : line))) };
  },
  'splice in an entry of another log': onEntry(
    (line, { scene }) => {
      const other = scene.other.log.entries[line.index];
      return other === undefined
        ? null
        : { ...line, header: fromUtf8(other.header) ?? '', leaf: toDigest(other.leaf) };
    },
    ({ index }) => index > 0,
  ),
  'forge the proof of a range': onRange((line) => ({
    ...line,
    before: otherHash(line.before),
    after: otherHash(line.after),
  })),
  'forge a proof': onEntry((line) => ({ ...line, proof: otherHash(line.proof ?? []) }), hasProof),
  'swap a policy set for another': ({ lines }) => {
    const chosen = lines.find((line) => line.type === 'policySet');
    if (chosen === undefined) return null;
    const other = { ...chosen, sources: `${chosen.sources} ` };
    return { file: fileOf(lines.map((line) => (line === chosen ? other : line))) };
  },
  'swap the checkpoint for that of another log': async ({ lines, scene }) => {
    const { entries, root } = scene.honest.log;
    const checkpoint = { origin: ELSEWHERE.name, size: entries.length, root: root() };
    return { file: withCheckpoint(lines, await signCheckpoint(checkpoint, ELSEWHERE)) };
  },
  'swap the checkpoint for one of the same log’s name': async ({ lines, scene }) => {
    const { entries } = scene.other.log;
    return { file: withCheckpoint(lines, await checkpointOf(entries, entries.length, stranger)) };
  },
  'make a bundle of a log that never was': async ({ scene, isRange }) => ({
    file: fileOf(await exported(scene, scene.other.log.entries, stranger, whole(scene.other.log, isRange))),
  }),
  'export what was rewritten': async ({ scene, isRange }) => {
    const { entries = [] } = (await KEY_HOLDER['flip what an entry says']?.(scene)) ?? {};
    return reexported(scene, entries, isRange);
  },
  'export what a call was dropped from': async ({ scene, isRange }) => {
    const { entries = [] } = (await KEY_HOLDER['drop a call']?.(scene)) ?? {};
    return reexported(scene, entries, isRange);
  },
  'export what was rolled back': async ({ scene, isRange }) => {
    const { entries = [] } = (await STORE_WRITER['truncate']?.(scene)) ?? {};
    return reexported(scene, entries, isRange);
  },
};
