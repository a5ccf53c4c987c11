// Reads a policy's annotations: its id, what a guard asks for, what a permit obliges to (DESIGN section 6). A closed
// list: an annotation that nobody acts on would be an obligation that nobody fulfils, so unknown ones are refused.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { GuardTerms } from '../decision.ts';
import { parsePathList, type PathRoot } from '../obligations/paths.ts';

/** What a policy says of itself. */
export interface PolicyNotes {
  readonly id: string;
  readonly description?: string;
  readonly owner?: string;
  readonly guard?: GuardTerms;
  readonly labels: readonly string[];
  readonly redact: readonly string[];
  readonly mask: readonly string[];
}

/** Something wrong with an annotation; `at` is its name, for its place in the text. */
export interface Complaint {
  readonly at: string;
  readonly message: string;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const DURATION = /^([1-9]\d{0,5})([smhd])$/;
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const MAX_WAIT_MS = 30 * 86_400_000;
const DEFAULT_EXPIRES_MS = 30 * 60_000;
const MAX_QUORUM = 10;

const ANY = ['id', 'description', 'owner'];
const GUARD = ['approve', 'quorum', 'expires', 'maxWait', 'reason'];
const PERMIT = ['label', 'redact', 'mask'];

/** Reads the annotations of one policy; `groups` are the groups that may be asked to approve. */
export function readAnnotations(
  policy: PolicyJson,
  groups: ReadonlySet<string>,
): { notes: PolicyNotes | null; complaints: Complaint[] } {
  // An annotation without a value comes as null, whatever the types say.
  const notes = Object.entries<string | null>(policy.annotations ?? {});
  const given = new Map(notes.map(([name, value]) => [name, value ?? '']));
  const complaints: Complaint[] = [];
  const complain = (at: string, message: string): void => {
    complaints.push({ at, message });
  };
  for (const name of given.keys()) {
    const why = misplaced(name, policy.effect, given.has('approve'));
    if (why !== null) complain(name, why);
  }
  const id = given.get('id');
  if (id === undefined) complain('', 'the policy has no `@id`; give it one that no other policy has');
  else if (!ID.test(id))
    complain('id', `\`${id}\` is not a usable id: use letters, digits and \`._:/-\`, at most 128`);
  const labels = (given.get('label') ?? '').split(',').map((label) => label.trim());
  if (given.has('label')) {
    for (const label of labels)
      if (!LABEL.test(label)) complain('label', `\`${label}\` is not a usable label`);
  }
  const paths = (name: string, root: PathRoot): readonly string[] => {
    const text = given.get(name);
    const read = text === undefined ? null : parsePathList(text, root);
    if (read?.ok === false) complain(name, read.message);
    return read?.ok === true ? read.value.map((path) => path.text) : NONE;
  };
  const redact = paths('redact', 'input');
  const mask = paths('mask', 'result');
  const isGuard = policy.effect === 'forbid' && given.has('approve');
  const guard = isGuard && id !== undefined ? readGuard(id, given, groups, complain) : undefined;
  if (id === undefined || complaints.length > 0) return { notes: null, complaints };
  const description = given.get('description');
  const owner = given.get('owner');
  return {
    complaints,
    notes: {
      id,
      labels: given.has('label') ? labels : NONE,
      redact,
      mask,
      ...(description === undefined ? {} : { description }),
      ...(owner === undefined ? {} : { owner }),
      ...(guard === undefined ? {} : { guard }),
    },
  };
}

/** One for all: each decision looks at those of every policy that matched. */
const NONE: readonly string[] = [];

function misplaced(name: string, effect: 'permit' | 'forbid', isGuard: boolean): string | null {
  if (ANY.includes(name)) return null;
  if (GUARD.includes(name)) {
    if (effect === 'permit') return `\`@${name}\` belongs on a forbid: a guard forbids unless people approve`;
    return isGuard ? null : `\`@${name}\` needs \`@approve("<group>")\` beside it`;
  }
  if (PERMIT.includes(name)) return effect === 'permit' ? null : `\`@${name}\` belongs on a permit`;
  return `unknown annotation \`@${name}\`; known are ${[...ANY, ...GUARD, ...PERMIT].map((n) => `\`@${n}\``).join(', ')}`;
}

function readGuard(
  id: string,
  given: ReadonlyMap<string, string>,
  groups: ReadonlySet<string>,
  complain: (at: string, message: string) => void,
): GuardTerms {
  const group = given.get('approve') ?? '';
  if (!groups.has(group))
    complain('approve', `\`${group}\` is not a registered group; register it or name another`);
  const quorum = given.get('quorum') ?? '1';
  if (!/^[1-9]\d?$/.test(quorum) || Number(quorum) > MAX_QUORUM) {
    complain('quorum', `\`${quorum}\` is not a quorum; use a whole number from 1 to ${MAX_QUORUM}`);
  }
  const duration = (name: string): number | undefined => {
    const text = given.get(name);
    if (text === undefined) return undefined;
    const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
    const ms = Number(count) * (UNIT_MS.get(unit) ?? 0);
    if (ms > 0 && ms <= MAX_WAIT_MS) return ms;
    complain(
      name,
      `\`${text}\` is not a duration; write \`90s\`, \`30m\`, \`4h\` or \`2d\`, at most \`30d\``,
    );
    return undefined;
  };
  const reason = given.get('reason');
  if (reason !== undefined && reason !== 'required') {
    complain(
      'reason',
      `\`${reason}\` is not a rule for reasons; write \`@reason("required")\` or leave it out`,
    );
  }
  const maxWaitMs = duration('maxWait');
  return {
    id,
    group,
    quorum: Number(quorum),
    expiresMs: duration('expires') ?? DEFAULT_EXPIRES_MS,
    reasonRequired: reason === 'required',
    ...(maxWaitMs === undefined ? {} : { maxWaitMs }),
  };
}
