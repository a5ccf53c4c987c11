// Names of tiles and entry bundles under a log's prefix (C2SP tlog-tiles): each has one, and no other text is read as one.

import { TILE_WIDTH, type Tile } from './place.ts';

/** A bundle of entries: the leaves of the level-0 tile of the same index and width. */
export type Bundle = Pick<Tile, 'index' | 'width'>;

const MAX_LEVEL = 63;
const INDEX = '(?:x[0-9]{3}/)*[0-9]{3}';
const WIDTH = '(?:\\.p/([1-9][0-9]{0,2}))?';
const TILE = new RegExp(`^tile/(0|[1-9][0-9]?)/(${INDEX})${WIDTH}$`);
const BUNDLE = new RegExp(`^tile/entries/(${INDEX})${WIDTH}$`);

/** `tile/<L>/<N>[.p/<W>]`. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${indexPath(index)}${widthPath(width)}`;
}

/** `tile/entries/<N>[.p/<W>]`. */
export function bundlePath({ index, width }: Bundle): string {
  return `tile/entries/${indexPath(index)}${widthPath(width)}`;
}

/** The tile of a path, or null for any text that `tilePath` does not write. */
export function parseTilePath(path: string): Tile | null {
  const [, level = '', index = '', width] = TILE.exec(path) ?? [];
  const bundle = place(index, width);
  return bundle === null || Number(level) > MAX_LEVEL ? null : { level: Number(level), ...bundle };
}

/** The bundle of a path, or null for any text that `bundlePath` does not write. */
export function parseBundlePath(path: string): Bundle | null {
  const [, index = '', width] = BUNDLE.exec(path) ?? [];
  return place(index, width);
}

function place(index: string, width: string | undefined): Bundle | null {
  const number = Number(index.replaceAll(/[x/]/g, ''));
  const isCanonical = index !== '' && Number.isSafeInteger(number) && indexPath(number) === index;
  const wide = width === undefined ? TILE_WIDTH : Number(width);
  // A full tile is named without its width.
  return isCanonical && (width === undefined || wide < TILE_WIDTH) ? { index: number, width: wide } : null;
}

function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}

function widthPath(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
