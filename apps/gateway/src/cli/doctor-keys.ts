// Whether the keys to stored values are at hand, and whether they lie where a copy of the data would take them along.
import { existsSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { describeSource, readPayloadKey } from '../store/payload/payload-key.ts';
import { openerIn } from '../store/payload/opener.ts';
import { type PayloadPlace, placeOf } from '../store/payload/place.ts';
import { StoreError } from '../store/store-error.ts';
import type { Finding } from './doctor.ts';

const WHAT = 'keys to values';

export function examineValueKeys(dataDir: string): Finding {
  try {
    return examinePlace(dataDir, placeOf(dataDir));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { what: WHAT, state: 'wrong', message: error.message };
  }
}

function examinePlace(dataDir: string, { keys, payloadKey }: PayloadPlace): Finding {
  if (!existsSync(keys))
    return { what: WHAT, state: 'absent', message: `\`${keys}\` is not there yet: the first start makes it` };
  const read = readPayloadKey(payloadKey);
  if ('problem' in read) return { what: WHAT, state: 'wrong', message: read.problem };
  const { problem } = openerIn(dataDir, '');
  if (problem !== null)
    return {
      what: WHAT,
      state: 'wrong',
      message: `${problem}: what was recorded cannot be shown without it; put back the key and the key store that belong together`,
    };
  const isInside = (path: string): boolean => {
    const way = relative(dataDir, path);
    return !way.startsWith('..') && !isAbsolute(way);
  };
  const inside = [
    ...(isInside(keys) ? ['`log.keyStore`'] : []),
    ...('file' in payloadKey && isInside(payloadKey.file) ? ['`log.payloadKey`'] : []),
  ];
  const message =
    inside.length === 0
      ? `${describeSource(payloadKey)}, apart from the data`
      : `in the data folder, so that a copy of it holds them as well: set ${inside.join(' and ')}`;
  return { what: WHAT, state: 'fine', message };
}
