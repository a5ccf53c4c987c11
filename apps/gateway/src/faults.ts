// What a schema found wrong, in words for whoever wrote it. A schema's own message stands as it is; where it has none, the kind
// of the fault says what was expected. What was sent is never shown, but for names of keys.
import type { z } from 'zod';
import { keyOf, type Path, showValue, valueAt } from './config/problems.ts';

type Issue = z.core.$ZodIssue;

const MOST_TOLD = 10;
const MOST_KEYS = 5;

/** One sentence without a full stop for each, the first of each place. @param value what was validated */
export function faultsOf(error: { readonly issues: readonly Issue[] }, value: unknown): readonly string[] {
  const told = new Map<string, string>();
  for (const issue of error.issues) {
    const at = placeOf(issue);
    // Two sorts of faults may be in one place: a member that is missing and one too many.
    const key = `${issue.code === 'unrecognized_keys'} ${at}`;
    if (!told.has(key)) told.set(key, sentenceOf(issue, value));
  }
  const all = [...told.values()];
  const more = all.length - MOST_TOLD;
  return more > 0 ? [...all.slice(0, MOST_TOLD), `and ${more} more`] : all;
}

function sentenceOf(issue: Issue, value: unknown): string {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, MOST_KEYS).map((key) => `\`${showValue(keyOf([...path, key]))}\``);
    const more = issue.keys.length - keys.length;
    return `unknown key ${keys.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
  const inner = issue.code === 'invalid_union' ? likeliest(issue) : null;
  if (inner !== null) return sentenceOf({ ...inner, path: [...issue.path, ...inner.path] }, value);
  const wanted = wantedBy(issue);
  if (path.length === 0) return wanted;
  const at = `\`${placeOf(issue)}\``;
  const given = valueAt(value, path);
  if (given === undefined) return `${at} is missing: ${demand(wanted)}`;
  if (Array.isArray(given) && issue.code === 'invalid_type' && issue.expected === 'string')
    return `${at}: ${wanted}, once`;
  return `${at}: ${wanted}`;
}

/** What is wanted of something that is not there. */
function demand(wanted: string): string {
  const told = wanted.replace(/^is `undefined`: /, '');
  return told.startsWith('must ') ? `it ${told}` : told;
}

/** As zod words it, where the schema does not. */
const UNWORDED = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', '`true` or `false`'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', '`null`'],
]);

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['datetime', 'an RFC 3339 time, such as `2026-01-31T12:00:00Z`'],
  ['url', 'an absolute URL'],
  ['email', 'an email address'],
  ['uuid', 'a UUID'],
]);

function wantedBy(issue: Issue): string {
  if (!UNWORDED.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES.get(issue.expected) ?? `of the type \`${issue.expected}\``}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `must be written as \`${issue.pattern}\` says`
        : `must be ${FORMATS.get(issue.format) ?? `written as \`${issue.format}\``}`;
    case 'invalid_union':
      return wantedByAny(issue);
    case 'invalid_key':
      return 'cannot be a key here';
    default:
      return 'is not what is expected here';
  }
}

function bound(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  most: number | bigint,
  than: string,
): string {
  const { origin } = issue;
  const how = issue.exact === true ? 'exactly' : than;
  if (origin !== 'string' && origin !== 'array' && origin !== 'set') return `must be ${how} ${most}`;
  if (issue.code === 'too_small' && issue.exact !== true && Number(most) <= 1) return 'must not be empty';
  const unit = origin === 'string' ? 'character' : 'item';
  return `must be of ${how} ${most} ${unit}${Number(most) === 1 ? '' : 's'}`;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => `\`${String(value)}\``);
  return shown.length === 1 ? `must be ${shown.join('')}` : `must be one of ${shown.join(', ')}`;
}

/** Of shapes of which one must fit, the fault of the one that nearly does; null where none is nearer than another. */
function likeliest({ errors }: z.core.$ZodIssueInvalidUnion): Issue | null {
  const near = errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  const [nearest] = near.toSorted((a, b) => a.length - b.length);
  return nearest?.[0] ?? null;
}

function wantedByAny({ errors, ...issue }: z.core.$ZodIssueInvalidUnion): string {
  if ('options' in issue && Array.isArray(issue.options)) return oneOf(issue.options);
  const all = errors.flatMap((issues) => issues.slice(0, 1).map(wantedBy));
  const [first, ...others] = new Set(all);
  const rest = others.map((each) => each.replace(/^must (?:be )?/, ''));
  return first === undefined ? 'is none of what is expected here' : [first, ...rest].join(' or ');
}

const pathOf = ({ path }: Issue): Path => path.filter((part) => typeof part !== 'symbol');
const placeOf = (issue: Issue): string => showValue(keyOf(pathOf(issue)));
