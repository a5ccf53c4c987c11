// Request bodies that two readers could take for two different messages, made out of one good message of whichever binding
// (protocols.md 1.4, audit-log D2 and D4), and the words that each is refused with.

/** A good message, with JSON text in the place of a member that nobody needs to understand. */
export type MessageText = (inside: string) => string;

export interface Hostile {
  readonly name: string;
  readonly body: string | Uint8Array;
  /** Whether it is no JSON at all, or JSON that is not taken. */
  readonly fault: 'no-json' | 'refused';
  /** Of the refusal. */
  readonly words: RegExp;
}

/** Places of the message whose member names readers know, by path. */
export interface Known {
  readonly [path: string]: readonly string[];
}

/** All of them, for one message. */
export function hostileTexts(message: MessageText, known: Known): readonly Hostile[] {
  return [
    ...encodings(message),
    ...syntax(message),
    ...twice(message('{"a":{"b":[{"c":1}]}}')),
    ...folded(message, known),
  ];
}

const raw = (text: string, at: string, ...bytes: readonly number[]): Uint8Array => {
  const [before = '', after = ''] = text.split(at);
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

function encodings(message: MessageText): Hostile[] {
  const good = message('{}');
  const withText = message('{"a":"HERE"}');
  const bad = (name: string, body: string | Uint8Array, words: RegExp): Hostile => ({
    name,
    body,
    fault: 'no-json',
    words,
  });
  const utf16 = Buffer.from(good, 'utf16le');
  return [
    bad('a byte order mark', `\ufeff${good}`, /byte order mark/),
    bad('UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), /not UTF-8/),
    bad('UTF-16 without a mark', utf16, /control character U\+0000/),
    bad('UTF-16 with the high bytes first', Buffer.from(utf16).swap16(), /control character U\+0000/),
    bad('an overlong slash', raw(withText, 'HERE', 0xc0, 0xaf), /not UTF-8 at byte \d+/),
    bad('an overlong quote', raw(withText, 'HERE', 0xc0, 0xa2), /not UTF-8/),
    bad('an overlong NUL', raw(withText, 'HERE', 0xc0, 0x80), /not UTF-8/),
    bad('three bytes for one of two', raw(withText, 'HERE', 0xe0, 0x80, 0xaf), /not UTF-8/),
    bad('a surrogate in UTF-8', raw(withText, 'HERE', 0xed, 0xa0, 0x80), /not UTF-8/),
    bad('what is beyond U+10FFFF', raw(withText, 'HERE', 0xf4, 0x90, 0x80, 0x80), /not UTF-8/),
    bad('Latin-1', raw(withText, 'HERE', 0xe9), /not UTF-8/),
    bad('half a surrogate pair', message('{"a":"\\ud800"}'), /half of a surrogate pair/),
    bad('the other half', message('{"a":"\\udc00x"}'), /half of a surrogate pair/),
    bad('a pair the wrong way round', message('{"a":"\\udc00\\ud800"}'), /half of a surrogate pair/),
    bad('half a pair in a name', message('{"\\ud83d":1}'), /half of a surrogate pair/),
  ];
}

function syntax(message: MessageText): Hostile[] {
  const good = message('{}');
  const bad = (name: string, body: string): Hostile => ({ name, body, fault: 'no-json', words: /./ });
  return [
    bad('nothing', ''),
    bad('spaces', ' \r\n'),
    bad('a word', 'hello'),
    bad('a second message behind the first', `${good}${good}`),
    bad('a second message on another line', `${good}\n${good}`),
    bad('a NUL behind the message', `${good}\0`),
    bad('a brace too many', `${good}}`),
    bad('half of the message', good.slice(0, -1)),
    bad('a comment', message('{/* "name":"other" */}')),
    bad('a comment to the end of the line', message('{// x\n}')),
    bad('a comma too many', message('{"a":1,}')),
    bad('names without quotes', message('{a:1}')),
    bad('single quotes', message("{'a':1}")),
    bad('a number that is none', message('{"a":NaN}')),
    bad('a number with a leading zero', message('{"a":01}')),
    bad('a hexadecimal number', message('{"a":0x1}')),
    bad('a number with a plus', message('{"a":+1}')),
    bad('a line break in a string', message('{"a":"x\ny"}')),
    bad('a NUL in a string', message('{"a":"x\0y"}')),
    bad('an escape that is none', message('{"a":"\\x41"}')),
    bad('a space that only some readers skip', message('{\u00a0"a":1}')),
    bad('a line separator between members', message('{"a":1,\u2028"b":2}')),
  ];
}

/** Every member of every object of it, given twice: side by side, with another value, and once by escape. */
function twice(text: string): Hostile[] {
  const found: Hostile[] = [];
  const paths = pathsIn(JSON.parse(text), []);
  for (const path of paths) {
    const again = (name: string): string => written(JSON.parse(text), [], path, name);
    const last = path.at(-1) ?? '';
    const escaped = `\\u${(last.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}${last.slice(1)}`;
    for (const [how, name] of [
      ['', last],
      [' by an escape', escaped],
    ] as const)
      found.push({
        name: `\`${path.join('.')}\` twice${how}`,
        body: again(name),
        fault: 'refused',
        words: /is given twice/,
      });
  }
  return found;
}

function pathsIn(value: unknown, at: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...at, name];
    return Array.isArray(value) ? pathsIn(inner, path) : [path, ...pathsIn(inner, path)];
  });
}

/** JSON text in which the member at `path` stands a second time, as null, under `name` (as it is to be written). */
function written(value: unknown, at: readonly string[], path: readonly string[], name: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = Object.entries(value).map(([key, each]) => {
    const text = written(each, [...at, key], path, name);
    if (Array.isArray(value)) return text;
    const isIt = path.length === at.length + 1 && [...at, key].every((step, i) => step === path[i]);
    return `${JSON.stringify(key)}:${text}${isIt ? `,"${name}":null` : ''}`;
  });
  return Array.isArray(value) ? `[${inner.join(',')}]` : `{${inner.join(',')}}`;
}

/** Names that only readers which ignore case take for one that has a meaning (CVE-2026-27896), beside it and instead of it. */
function folded(message: MessageText, known: Known): Hostile[] {
  const good = JSON.parse(message('{}')) as Record<string, unknown>;
  return Object.entries(known).flatMap(([path, names]) =>
    names.flatMap((name) =>
      lookalikes(name).map((other): Hostile => {
        const body = structuredClone(good);
        const holder = path
          .split('.')
          .filter((step) => step !== '')
          .reduce<Record<string, unknown>>((object, step) => object[step] as Record<string, unknown>, body);
        holder[other] = holder[name] ?? {};
        return {
          name: `\`${path === '' ? '' : `${path}.`}${JSON.stringify(other).slice(1, -1)}\` for \`${name}\``,
          body: JSON.stringify(body),
          fault: 'refused',
          words: /too close to one that has a meaning/,
        };
      }),
    ),
  );
}

function lookalikes(name: string): string[] {
  const all = [
    name.charAt(0).toUpperCase() + name.slice(1),
    name.toUpperCase(),
    name.replace(/s(?=[^s]*$)/, '\u017f'),
    name.replace(/k/i, '\u212a'),
    name.replace(/i/, '\u0130'),
  ];
  return [...new Set(all)].filter((other) => other !== name);
}
