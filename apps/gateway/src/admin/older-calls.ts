// Calls that are in archives are found by no search: an answer that could have had them says so, lest it looks as if nothing had
// happened then.
import { parseEntry } from '@countersign/audit';
import type { Readers } from '../store/readers.ts';
import type { OlderCalls } from './client.ts';
import type { AdminDeps } from './deps.ts';
import { isoTime } from './view.ts';

type Deps = Pick<AdminDeps, 'now'> & { readonly readers: Pick<Readers, 'log'> };

/** @param from milliseconds since the epoch: nothing earlier is asked for. Null where nothing that is asked for was archived. */
export async function olderCalls({ readers: { log }, now }: Deps, from = 0): Promise<OlderCalls | null> {
  const to = await log.archivedTo();
  if (to === 0) return null;
  const first = await log.entry(to);
  const parsed = first === null ? null : parseEntry(first.header);
  const before = parsed?.ok === true ? Math.floor(parsed.value.time / 1000) : now();
  return from > before ? null : { to, before: isoTime(before) };
}
