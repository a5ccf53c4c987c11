// The leaves that configuration and manifests are made of. Each knows how to say what it expects, because a message
// that names the fix is written where the rule is.
import { z } from 'zod';
import { closest, keyOf, type Path, type Problem, showValue, valueAt } from './problems.ts';

/** A map that accepts no key besides those of `shape`. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const allowed = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `allowed here: ${allowed.map((key) => `\`${key}\``).join(', ')}`
        : `must be a map with the keys ${allowed.map((key) => `\`${key}\``).join(', ')}`,
  });
}

export function text(longest: number, what = `text of 1 to ${longest} characters`) {
  const error = `must be ${what}`;
  return z
    .string({ error })
    .min(1, { error })
    .max(longest, { error })
    .refine((value) => value.trim() === value && !/\p{Cc}/u.test(value), {
      error: `${error}, without control characters and without blanks at either end`,
    });
}

export function matching(pattern: RegExp, what: string) {
  return z.string({ error: `must be ${what}` }).regex(pattern, { error: `must be ${what}` });
}

export function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, { error: `must be one of ${values.map((value) => `\`${value}\``).join(', ')}` });
}

export function integer(least: number, most: number, unit = '') {
  const error = `must be an integer from ${least} to ${most}${unit === '' ? '' : ` (${unit})`}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function flag() {
  return z.boolean({ error: 'must be `true` or `false`, without quotes' });
}

export function list<Item extends z.ZodType>(item: Item, most = 1000) {
  return z.array(item, { error: 'must be a list' }).max(most, { error: `must have at most ${most} items` });
}

/** A list in which no item occurs twice. */
export function set<Item extends z.ZodType<string>>(item: Item, most = 1000) {
  return list(item, most).refine((items) => new Set(items).size === items.length, {
    error: 'must not name anything twice: remove the repetition',
  });
}

/**
 * An absolute http or https URL, kept exactly as written. Credentials in it are refused: a URL is shown, logged and
 * recorded where a secret never may be.
 */
export function httpUrl() {
  return z.string({ error: 'must be an http or https URL' }).superRefine((value, context) => {
    const message = problemOfUrl(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

function problemOfUrl(value: string): string | null {
  if (value.length > 2048) return 'must be a URL of at most 2048 characters';
  const url = URL.parse(value);
  if (url === null || /\s/.test(value)) return 'must be an absolute URL, such as `https://host.example/path`';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') {
    return 'must not hold credentials: remove them, and name a credential instead';
  }
  if (url.hash !== '') return 'must not have a fragment: remove everything from `#` on';
  return null;
}

/** Whether only this machine can be reached by the name: where plain http is as good as https. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** What a zod schema found, as problems with key, value and fix. `value` is what was validated. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  where: {
    readonly source: string | null;
    readonly document: number | null;
    lineOf(path: Path): number | null;
  },
): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    const problem = (at: Path, message: string): Problem => ({
      source: where.source,
      document: where.document,
      line: where.lineOf(at),
      key: keyOf(at),
      message,
    });
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const at = [...path, key];
        const meant = closest(
          key,
          [...issue.message.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
        );
        const hint = meant === undefined ? 'remove it' : `did you mean \`${meant}\``;
        return problem(
          at,
          `unknown key \`${keyOf(at)}\` with value \`${shown(at, value)}\`: ${hint}; ${issue.message}`,
        );
      });
    }
    const written = valueAt(value, path);
    return problem(
      path,
      written === undefined
        ? `\`${keyOf(path)}\` is missing: it ${issue.message}`
        : `\`${keyOf(path) || 'the document'}\` is \`${shown(path, value)}\`: it ${issue.message}`,
    );
  });
}

// SECURITY: a key set may hold private key material by mistake; its values never reach a message.
function shown(path: Path, value: unknown): string {
  return path.includes('jwks') ? '(not shown)' : showValue(valueAt(value, path));
}
