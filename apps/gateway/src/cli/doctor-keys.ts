// Whether the keys to stored values are at hand, and whether they lie where a copy of the data would take them along.
import { existsSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { describeSource, readPayloadKey } from '../store/payload/payload-key.ts';
import { placeOf } from '../store/payload/place.ts';
import type { Finding } from './doctor.ts';

const WHAT = 'keys to values';

export function examineValueKeys(dataDir: string): Finding {
  const { keys, payloadKey } = placeOf(dataDir);
  if (!existsSync(keys))
    return { what: WHAT, state: 'absent', message: `\`${keys}\` is not there yet: the first start makes it` };
  const read = readPayloadKey(payloadKey);
  if ('problem' in read) return { what: WHAT, state: 'wrong', message: read.problem };
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
