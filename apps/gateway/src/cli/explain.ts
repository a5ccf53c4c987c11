// A recorded decision as text: the sentence, the policies with their place and what they read, and what came closest.
import { parseEntry, utf8 } from '@countersign/audit';
import type { CallDetail, Why } from '../admin/client.ts';
import { outcomeOf } from './calls.ts';
import { fields } from './table.ts';
import { duration, safe, safeLines, time } from './text.ts';

type Policy = Why['determining'][number];

export function explainLines(
  { call, why, labels, entries, receipt, tampered, differences }: CallDetail,
  isUtc: boolean,
): string[] {
  return [
    ...(tampered
      ? ['THE INDEX WAS CHANGED: it is not what the log says of this call; run `countersign log fsck`']
      : []),
    ...differences.map(
      ({ column, shown, recorded }) =>
        `  ${column}: the index says ${safe(JSON.stringify(shown) ?? '')}, the log ${safe(JSON.stringify(recorded) ?? '')}`,
    ),
    ...(tampered ? [''] : []),
    safe(call.sentence ?? `the sentence of call ${call.id} was erased`),
    '',
    ...fields([
      ['call', call.id],
      ['chain', call.chain],
      ['time', time(call.startedAt, isUtc)],
      ['decision', `${call.decision} (${call.reason})`],
      ['state', outcomeLine(call, entries)],
      ['labels', labels.join(', ') || '–'],
      ['recorded', `entry ${receipt.index} of ${receipt.origin}`],
    ]),
    ...(why === null
      ? ['', unexplained(entries) ?? 'no policy was asked: the gateway refused it by itself']
      : whyLines(why)),
    ...entries
      .filter(({ erased, isKeyLost, intact }) => erased.length > 0 || isKeyLost || !intact)
      .map(({ index, erased, isKeyLost, intact }) => {
        if (!intact) return `entry ${index}: ALTERED; run \`countersign verify\``;
        return isKeyLost ? `entry ${index}: key lost` : `entry ${index}: erased: ${erased.join(', ')}`;
      }),
  ];
}

function unexplained(entries: CallDetail['entries']): string | null {
  if (entries.some(({ erased }) => erased.includes('explanation'))) return 'what policy said was erased';
  const isLost = entries.some(({ kind, isKeyLost }) => kind === 'call.decided' && isKeyLost);
  return isLost ? 'what policy said cannot be read: its key is lost' : null;
}

function outcomeLine(call: CallDetail['call'], entries: CallDetail['entries']): string {
  const { durationUs, endedIndex, decidedIndex } = call;
  const took = durationUs === null ? '' : `, ${duration(durationUs)}`;
  const at = endedIndex === null || endedIndex === decidedIndex ? '' : `, entry ${endedIndex}`;
  const firstByte = firstByteUs(entries);
  const began = firstByte === null ? '' : `, first byte of the answer after ${duration(firstByte)}`;
  return `${outcomeOf(call)}${took}${began}${at}`;
}

/** Null where no answer began, and where the entry is from before that was recorded. */
function firstByteUs(entries: CallDetail['entries']): number | null {
  for (const { header } of entries) {
    const parsed = parseEntry(utf8(header));
    if (parsed.ok && parsed.value.kind === 'call.completed') return parsed.value.body.firstByteUs ?? null;
  }
  return null;
}

/** The explanation alone: what a decision rests on, whoever made it. */
export function whyLines(why: Why): string[] {
  return [
    ...why.determining.flatMap((policy) => ['', ...policyLines(policy)]),
    ...why.guards.flatMap((guard) => ['', ...guardLines(guard)]),
    ...why.unrepresentable.map(
      ({ path, why: because }) => `not shown to policy: ${safe(path)}: ${safe(because)}`,
    ),
    ...why.errors.map(
      ({ policy, message }) => `error${policy === '' ? '' : ` in ${safe(policy)}`}: ${safe(message)}`,
    ),
    ...(why.nearest.length === 0 ? [] : ['', 'no policy permits this; these came closest:']),
    ...(isSilent(why) ? ['', 'no policy permits this'] : []),
    ...why.nearest.flatMap(({ failed, ...policy }) => [
      '',
      ...policyLines(policy),
      ...failed.map((condition) => `  did not hold: ${safe(condition)}`),
    ]),
  ];
}

/** A denial that nothing was said of is that of nobody having permitted it. */
function isSilent({ determining, guards, unrepresentable, errors, nearest }: Why): boolean {
  return [determining, guards, unrepresentable, errors, nearest].every(({ length }) => length === 0);
}

function guardLines({ id, group, quorum, reasonRequired, approvers }: Why['guards'][number]): string[] {
  const reason = reasonRequired ? ', with a reason' : '';
  const people = approvers.map(({ name, email, isOwner }) => {
    const owner = isOwner ? ', the agent’s owner, never alone' : '';
    return `  can approve: ${safe(name)} <${safe(email)}>${owner}`;
  });
  return [
    `${safe(id)} asks for approval by ${quorum} of group ${safe(group)}${reason}`,
    ...(people.length === 0 ? ['  nobody can: the group has no active member who may'] : people),
  ];
}

function policyLines({ id, effect, file, line, column, description, text, reads }: Policy): string[] {
  return [
    `${effect} ${safe(id)} (${safe(file)}:${line}:${column})${description === null ? '' : `: ${safe(description)}`}`,
    ...safeLines(text.trim()).map((one) => `  | ${one}`),
    ...reads.map(
      ({ path, value, withheld }) =>
        `  ${safe(path)} = ${withheld === true ? '(not shown)' : value === undefined ? '(absent)' : safe(JSON.stringify(value))}`,
    ),
  ];
}
