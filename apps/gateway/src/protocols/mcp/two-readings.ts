// Whether two readers could take an answer for two: a member of the message, or of its result, that stands there twice, or under a
// name that one reader takes for another. Deeper down, what a tool or resource says is its own.
import type { Container, ScanErrorCode, Scanned } from '../json/types.ts';

const CODES: ReadonlySet<ScanErrorCode> = new Set(['duplicate_key', 'ambiguous_key', 'forbidden_key']);
const PLACES = ['', 'result'] as const;

/** What of the outline of an answer can be read in two ways; null where nothing is. @param scanned tolerantly. */
export function twoReadings({
  containers,
  faults,
}: Pick<Scanned, 'containers' | 'faults'>): ScanErrorCode | null {
  const places = PLACES.flatMap((path) => containers.get(path) ?? []);
  const found = faults.find(
    ({ code, offset }) => CODES.has(code) && places.some((place) => isMember(place, offset)),
  );
  return found?.code ?? null;
}

/** Whether a name stands at this offset which is a member of the object itself, and of nothing within it. */
function isMember({ start, end, members }: Container, offset: number): boolean {
  if (offset < start || offset >= end) return false;
  return [...members.values()].every((member) => offset < member.start || offset >= member.end);
}
