// The adversary who can write the store and has no key: everything that can be done to rows. For tests only.

import type { StoredEntry } from '../types.ts';
import type { Scene, SignedHead, Store } from './scene.ts';
import { type Piece, piecesOf, retold, rewritten } from './rewrite.ts';
import { forged } from './forge.ts';
import { stranger } from './world.ts';

export type Deed = (scene: Scene) => Store | null | Promise<Store | null>;

/** Any entry but the first `least`, and not the last `spare`. */
function placeIn({ store, choices }: Scene, least = 1, spare = 0): number {
  return least + (choices.at % (store.entries.length - least - spare));
}

function spoilt(scene: Scene, change: (entries: StoredEntry[]) => readonly StoredEntry[]): Store {
  return { ...scene.store, entries: change([...scene.store.entries]) };
}

function onEntry(scene: Scene, index: number, change: (entry: StoredEntry) => StoredEntry): Store {
  return spoilt(scene, (entries) => entries.map((entry) => (entry.index === index ? change(entry) : entry)));
}

function flip(bytes: Uint8Array, { to, mask }: Scene['choices']): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const place = to % changed.length;
  changed[place] = (changed[place] ?? 0) ^ mask;
  return changed;
}

/** In the order of their places, as a store hands them out. */
const renumbered = (entries: readonly StoredEntry[]): StoredEntry[] =>
  entries.map((entry, index) => ({ ...entry, index }));

/** An entry that has a detail, from a drawn place on; null where there is none. */
function withDetail({ store, choices }: Scene): StoredEntry | null {
  const having = store.entries.filter(({ details }) => details.length > 0);
  return having[choices.at % having.length] ?? null;
}

const upTo = (heads: readonly SignedHead[], size: number): readonly SignedHead[] =>
  heads.filter((head) => head.size <= size);

/** Everything from a drawn entry on told anew: hashes and links fit, and nothing is signed by the log's key. */
function retelling(scene: Scene): { readonly entries: readonly StoredEntry[]; readonly from: number } {
  const from = placeIn(scene);
  const pieces = piecesOf(scene.store.entries);
  const told = pieces.map((piece, at) =>
    at === from ? retold(piece, (header) => void (header['node'] = `node_${'0'.repeat(32)}`)) : piece,
  );
  return { entries: rewritten(told), from };
}

export const STORE_WRITER: Readonly<Record<string, Deed>> = {
  'flip a bit of a header': (scene) =>
    onEntry(scene, placeIn(scene, 0), (entry) => ({ ...entry, header: flip(entry.header, scene.choices) })),
  'flip a bit of a leaf hash': (scene) =>
    onEntry(scene, placeIn(scene, 0), (entry) => ({ ...entry, leaf: flip(entry.leaf, scene.choices) })),
  'flip a bit of a detail or its salt': (scene) => {
    const { index, details } = withDetail(scene) ?? {};
    const part = scene.choices.mask % 2 === 0 ? 'salt' : 'value';
    const [first] = details ?? [];
    if (index === undefined || first === undefined || first[part].length === 0) return null;
    return onEntry(scene, index, (entry) => ({
      ...entry,
      details: [{ ...first, [part]: flip(first[part], scene.choices) }, ...entry.details.slice(1)],
    }));
  },
  'flip a letter of a checkpoint': (scene) => {
    const { heads } = scene.store;
    const changed = scene.choices.at % heads.length;
    const flipped = heads.map((head, at) => {
      if (at !== changed) return head;
      // What witnesses added is theirs: that a line of it is spoilt concerns who asks for witnesses.
      const signed = head.note.split('\n').slice(0, 5).join('\n');
      const place = scene.choices.to % signed.length;
      const letter = signed[place] === 'x' ? 'y' : 'x';
      return { ...head, note: `${signed.slice(0, place)}${letter}${signed.slice(place + 1)}\n` };
    });
    return { ...scene.store, heads: flipped };
  },
  'drop an entry': (scene) =>
    spoilt(scene, (entries) => entries.filter(({ index }) => index !== placeIn(scene, 0, 1))),
  'drop an entry, the rest moves up': (scene) =>
    spoilt(scene, (entries) => renumbered(entries.filter(({ index }) => index !== placeIn(scene, 0, 1)))),
  'drop a detail': (scene) => {
    const { index } = withDetail(scene) ?? {};
    return index === undefined
      ? null
      : onEntry(scene, index, (entry) => ({ ...entry, details: entry.details.slice(1) }));
  },
  'duplicate an entry': (scene) =>
    spoilt(scene, (entries) =>
      entries.flatMap((entry) => (entry.index === placeIn(scene, 0) ? [entry, entry] : [entry])),
    ),
  'duplicate an entry, the rest moves down': (scene) =>
    spoilt(scene, (entries) =>
      renumbered(entries.flatMap((entry) => (entry.index === placeIn(scene, 0) ? [entry, entry] : [entry]))),
    ),
  'swap two entries': (scene) => {
    const [a, b] = [placeIn(scene), 1 + (scene.choices.to % (scene.store.entries.length - 1))];
    const [first, second] = [scene.store.entries[a], scene.store.entries[b]];
    if (a === b || first === undefined || second === undefined) return null;
    return spoilt(scene, (entries) => renumbered(entries.with(a, second).with(b, first)));
  },
  'swap a detail, with its salt, for that of another entry': (scene) => {
    const index = withDetail(scene)?.index ?? 0;
    const other = scene.other.log.entries[index];
    return onEntry(scene, index, (entry) => ({ ...entry, details: other?.details ?? [] }));
  },
  'insert an entry, the rest moves down': (scene) => {
    const at = placeIn(scene);
    const pieces = [
      ...piecesOf(scene.store.entries, 0, at),
      ...piecesOf(scene.other.log.entries, at, at + 1),
    ];
    return spoilt(scene, (entries) => renumbered([...rewritten(pieces), ...entries.slice(at)]));
  },
  'insert an entry at the end': (scene) => {
    return { ...scene.store, entries: rewritten([...piecesOf(scene.store.entries), stopOf(scene.store)]) };
  },
  'splice in a part of another log': (scene) => {
    const at = placeIn(scene);
    const other = scene.other.log.entries;
    const end = at + 1 + (scene.choices.to % (other.length - at));
    return spoilt(scene, (entries) => [
      ...entries.slice(0, at),
      ...other.slice(at, end),
      ...entries.slice(end),
    ]);
  },
  're-sign with a key of one’s own': async (scene) => {
    const { entries, from } = retelling(scene);
    return forged(scene, entries, from, { signer: stranger });
  },
  're-sign with a signature from elsewhere': async (scene) => {
    const { entries, from } = retelling(scene);
    const store = await forged(scene, entries, from, { signer: stranger });
    const signature = scene.held.anchor.slice(scene.held.anchor.indexOf('\n\n'));
    const heads = store.heads.map((head) =>
      head.size <= from ? head : { ...head, note: head.note.slice(0, head.note.indexOf('\n\n')) + signature },
    );
    return { ...store, heads, vkeys: scene.store.vkeys };
  },
  're-sign nothing': (scene) => {
    const { entries, from } = retelling(scene);
    return { ...scene.store, entries, heads: upTo(scene.store.heads, from) };
  },
  truncate: (scene) => {
    const size = placeIn(scene);
    const { entries, heads } = scene.store;
    return { ...scene.store, entries: entries.slice(0, size), heads: upTo(heads, size) };
  },
  'truncate, and leave the checkpoints': (scene) => {
    const last = scene.store.heads.at(-1)?.size ?? 0;
    return last < 2
      ? null
      : spoilt(scene, (entries) => entries.slice(0, 1 + (scene.choices.at % (last - 1))));
  },
  'roll back': (scene) => {
    const { entries, heads } = scene.store;
    const { size } = heads[scene.choices.at % heads.length] ?? { size: 1 };
    return { ...scene.store, entries: entries.slice(0, size), heads: upTo(heads, size) };
  },
  fork: async (scene) => {
    const { store, other, honest } = scene;
    const from = honest.bounds[scene.choices.at % (honest.bounds.length - 1)] ?? 1;
    const told = rewritten([...piecesOf(store.entries, 0, from), ...piecesOf(other.log.entries, from)]);
    return forged(scene, told, from, { signer: stranger });
  },
};

/** Something that refers to no other entry. */
function stopOf({ entries }: Store): Piece {
  return piecesOf(entries, 0, 1)
    .map(({ from, entry }) =>
      retold({ from, entry: { ...entry, details: [] } }, (header) =>
        Object.assign(header, { kind: 'node.stopped', body: { reason: 'signal' }, commits: {} }),
      ),
    )
    .reduce((piece) => piece);
}
