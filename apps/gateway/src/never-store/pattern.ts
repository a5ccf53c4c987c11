// Patterns that an operator writes, matched in time linear in the text whatever the pattern is: a pattern of a
// configuration must not let a caller's text stop the gateway. A subset of regular expressions, read here, refused where
// it asks for more; matched by sets of states, never by trying again.
import { ok, type Result } from '../errors.ts';

export interface Pattern {
  /** Whether the pattern is anywhere in the text. */
  test(text: string): boolean;
}

type Range = readonly [number, number];
type Node =
  | { readonly kind: 'unit'; readonly ranges: readonly Range[] }
  | { readonly kind: 'all'; readonly nodes: readonly Node[] }
  | { readonly kind: 'any'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number | null };

const MAX_SOURCE = 512;
const MAX_STATES = 4000;
const MAX_REPEAT = 1000;
const MAX_SETS = 1000;
const LAST = 0xffff;

const DIGIT: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
];
const ESCAPES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  D: except(DIGIT),
  w: WORD,
  W: except(WORD),
  s: SPACE,
  S: except(SPACE),
  t: [[0x09, 0x09]],
  n: [[0x0a, 0x0a]],
  r: [[0x0d, 0x0d]],
};
const NOT_LITERAL = new Set('^$*+?{}[]()|\\.');

class Unreadable extends Error {}

/** Fails with what is wrong with it, to be read after "it". `(?i)` in front makes it ignore case. */
export function compilePattern(source: string): Result<Pattern, string> {
  try {
    if (source.length > MAX_SOURCE) throw new Unreadable(`is longer than ${MAX_SOURCE} characters`);
    const anyCase = source.startsWith('(?i)');
    const node = parse(anyCase ? source.slice(4) : source, anyCase);
    if (isEmptyable(node)) throw new Unreadable('matches the empty text, and so every text');
    return ok(matcher(node));
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, error: error.message };
    throw error;
  }
}

function parse(source: string, anyCase: boolean): Node {
  let at = 0;
  const unit = (ranges: readonly Range[]): Node => ({
    kind: 'unit',
    ranges: anyCase ? bothCases(ranges) : ranges,
  });
  const fail = (what: string): never => {
    throw new Unreadable(`${what} at character ${at + 1}`);
  };

  function alternatives(depth: number): Node {
    if (depth > 20) fail('is nested too deep');
    const nodes = [sequence(depth)];
    while (source[at] === '|') {
      at += 1;
      nodes.push(sequence(depth));
    }
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'any', nodes };
  }

  function sequence(depth: number): Node {
    const nodes: Node[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') nodes.push(repeated(atom(depth)));
    return { kind: 'all', nodes };
  }

  function atom(depth: number): Node {
    const char = source[at] ?? '';
    if (char === '(') {
      at += 1;
      if (source.startsWith('?:', at)) at += 2;
      else if (source[at] === '?') fail('looks around, which cannot be done in linear time,');
      const inner = alternatives(depth + 1);
      if (source[at] !== ')') fail('lacks a `)`');
      at += 1;
      return inner;
    }
    if (char === '[') return unit(charClass());
    if (char === '.') {
      at += 1;
      return unit(except([[0x0a, 0x0a]]));
    }
    if (char === '\\') return unit(escape());
    if (char === '^' || char === '$')
      fail('has an anchor; what is looked for may be anywhere, so leave it out,');
    if (NOT_LITERAL.has(char)) fail(`has a \`${char}\` that stands for nothing; write \`\\${char}\`,`);
    at += 1;
    return unit([[char.charCodeAt(0), char.charCodeAt(0)]]);
  }

  function escape(): readonly Range[] {
    const char = source[at + 1] ?? '';
    const known = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
    if (known === undefined && (char === '' || /[A-Za-z0-9]/.test(char)))
      fail(`has \`\\${char}\`, which is not understood here,`);
    at += 2;
    return known ?? [[char.charCodeAt(0), char.charCodeAt(0)]];
  }

  function charClass(): readonly Range[] {
    at += 1;
    const isNegated = source[at] === '^';
    if (isNegated) at += 1;
    const ranges: Range[] = [];
    while (source[at] !== ']') {
      if (at >= source.length) fail('lacks a `]`');
      const low = source[at] === '\\' ? escape() : single();
      if (source[at] === '-' && source[at + 1] !== ']') {
        at += 1;
        const high = source[at] === '\\' ? escape() : single();
        const [from, to] = [only(low), only(high)];
        if (from === null || to === null || from > to) fail('has a range that is none');
        else ranges.push([from, to]);
      } else ranges.push(...low);
    }
    at += 1;
    if (ranges.length === 0) fail('has an empty class');
    return isNegated ? except(ranges) : ranges;
  }

  function single(): readonly Range[] {
    const code = source.charCodeAt(at);
    if (Number.isNaN(code)) fail('lacks a `]`');
    at += 1;
    return [[code, code]];
  }

  function repeated(node: Node): Node {
    const rest = source.slice(at);
    const simple = { '*': [0, null], '+': [1, null], '?': [0, 1] } as const;
    const [first = ''] = rest;
    if (first === '*' || first === '+' || first === '?') {
      at += 1;
      const [least, most] = simple[first];
      return quantified({ kind: 'repeat', node, least, most });
    }
    const counted = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(rest);
    if (counted === null) return node;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === undefined ? null : Number(counted[3]);
    if (least > MAX_REPEAT || (most !== null && (most > MAX_REPEAT || most < least)))
      fail(`repeats more than ${MAX_REPEAT} times, or fewer times than it must,`);
    at += counted[0].length;
    return quantified({ kind: 'repeat', node, least, most });
  }

  function quantified(node: Node): Node {
    if ('*+?{'.includes(source[at] ?? ' ')) fail('repeats a repetition');
    return node;
  }

  const whole = alternatives(0);
  if (at < source.length) fail('has a `)` too many');
  return whole;
}

const only = (ranges: readonly Range[]): number | null => {
  const [range] = ranges;
  return ranges.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : null;
};

function except(ranges: readonly Range[]): readonly Range[] {
  const left: Range[] = [];
  let from = 0;
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    if (low > from) left.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= LAST) left.push([from, LAST]);
  return left;
}

function bothCases(ranges: readonly Range[]): readonly Range[] {
  const letters = (from: number, by: number): Range[] =>
    ranges.flatMap(([low, high]): Range[] => {
      const [first, last] = [Math.max(low, from), Math.min(high, from + 25)];
      return first <= last ? [[first + by, last + by]] : [];
    });
  return [...ranges, ...letters(0x41, 32), ...letters(0x61, -32)];
}

function isEmptyable(node: Node): boolean {
  switch (node.kind) {
    case 'unit':
      return false;
    case 'all':
      return node.nodes.every(isEmptyable);
    case 'any':
      return node.nodes.some(isEmptyable);
    case 'repeat':
      return node.least === 0 || isEmptyable(node.node);
  }
}

interface State {
  ranges: readonly Range[];
  next: number;
  /** Taken without reading. */
  readonly free: number[];
}

function matcher(node: Node): Pattern {
  const states: State[] = [];
  const add = (): number => {
    if (states.length >= MAX_STATES) throw new Unreadable('is too large: shorten it, or repeat less');
    states.push({ ranges: [], next: -1, free: [] });
    return states.length - 1;
  };
  const end = add();

  /** The state from which `node`, and then `next`, is read. */
  function build(node: Node, next: number): number {
    switch (node.kind) {
      case 'unit': {
        const at = add();
        const state = states[at];
        if (state !== undefined) Object.assign(state, { ranges: node.ranges, next });
        return at;
      }
      case 'all':
        return node.nodes.reduceRight((after, one) => build(one, after), next);
      case 'any': {
        const at = add();
        states[at]?.free.push(...node.nodes.map((one) => build(one, next)));
        return at;
      }
      case 'repeat': {
        let after = next;
        if (node.most === null) {
          after = add();
          states[after]?.free.push(next, build(node.node, after));
        } else {
          for (let i = node.least; i < node.most; i += 1) {
            const at = add();
            states[at]?.free.push(next, build(node.node, after));
            after = at;
          }
        }
        for (let i = 0; i < node.least; i += 1) after = build(node.node, after);
        return after;
      }
    }
  }
  const start = build(node, end);

  function closure(from: Iterable<number>): readonly number[] {
    const seen = new Set<number>(from);
    for (const at of seen) for (const free of states[at]?.free ?? []) seen.add(free);
    return [...seen].sort((a, b) => a - b);
  }

  interface Known {
    readonly set: readonly number[];
    readonly isEnd: boolean;
    readonly after: Map<number, Known>;
  }
  let known = new Map<string, Known>();
  function setOf(from: Iterable<number>): Known {
    const set = closure(from);
    const key = set.join();
    let found = known.get(key);
    if (found === undefined) {
      if (known.size >= MAX_SETS) known = new Map();
      found = { set, isEnd: set.includes(end), after: new Map() };
      known.set(key, found);
    }
    return found;
  }

  function step(from: Known, code: number): Known {
    const before = from.after.get(code);
    if (before !== undefined) return before;
    const reached = from.set.flatMap((at) => {
      const state = states[at];
      return state?.ranges.some(([low, high]) => code >= low && code <= high) === true ? [state.next] : [];
    });
    // It may begin anywhere.
    const next = setOf([start, ...reached]);
    if (from.after.size < 256) from.after.set(code, next);
    return next;
  }

  return {
    test(text) {
      let at = setOf([start]);
      for (let i = 0; i < text.length; i += 1) {
        at = step(at, text.charCodeAt(i));
        if (at.isEnd) return true;
      }
      return false;
    },
  };
}
