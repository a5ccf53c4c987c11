// Legal holds as text.
import type { LegalHold } from '../admin/client.ts';
import { safe, time } from './text.ts';

export const HOLD_HEAD = ['hold', 'keeps', 'reason', 'set', 'lifted'] as const;

export function holdRow({ id, query, reason, setBy, setAt, liftedBy, liftedAt }: LegalHold, isUtc: boolean) {
  return [
    id,
    query === '' ? 'everything' : safe(query),
    safe(reason),
    `${time(setAt, isUtc)} by ${safe(setBy)}`,
    liftedAt === null ? '' : `${time(liftedAt, isUtc)} by ${safe(liftedBy ?? '')}`,
  ];
}
