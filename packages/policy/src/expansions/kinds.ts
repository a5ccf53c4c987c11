// The kinds of texts that a template could expand to: texts that policies cannot tell apart are of one kind, and one of them
// stands for all. Walks the template and all that policies compare with side by side, shortest texts first, and gives up
// rather than taking long: patterns with many wildcards can tell apart more kinds than there is time for.

import { type Automaton, automatonOf } from './automaton.ts';
import type { Glob } from './glob.ts';

export interface Kind {
  /** A text of the kind, never empty. */
  readonly text: string;
  /** Places of the patterns that match it, ascending. */
  readonly matched: readonly number[];
}

export interface Comparisons {
  /** Texts of their own kind, each; none of them is given. */
  readonly names: readonly string[];
  readonly patterns: readonly Glob[];
}

/** Of steps in automata, of template and patterns together. */
const MAX_WORK = 50_000;
/** What may be done at once. */
const PACE = 2_000;

/** How far a text has come in one of the patterns. */
type Live = readonly [place: number, state: number];

interface State {
  readonly text: string;
  readonly own: number;
  readonly live: readonly Live[];
  /** Patterns that match it, whatever follows; ascending. */
  readonly won: readonly number[];
  /** Where it stands among the names; null where it can no longer become one. */
  readonly name: Beginning | null;
}

/** What names begin with, and how they go on. */
interface Beginning {
  readonly number: number;
  readonly next: Map<string, Beginning>;
}

/** Finds one text of each kind, null where other work may go first; returns whether these are all. */
export function* kindsOf(
  expansions: Glob,
  { names, patterns }: Comparisons,
): Generator<Kind | null, boolean> {
  const template = automatonOf(expansions);
  const automata = patterns.map(automatonOf);
  const at = (place: number): Automaton => automata[place] as Automaton;
  const named = new Set(names);
  const fresh = freshOf([
    template.tokens.join(''),
    ...automata.map(({ tokens }) => tokens.join('')),
    ...names,
  ]);
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting: State[] = [];

  const kindAt = (text: string, { live, won }: Pick<State, 'live' | 'won'>): Kind | null => {
    const ended = live.filter(([place, state]) => at(place).isMatched(state)).map(([place]) => place);
    const matched = ascending([...won, ...ended]);
    const key = matched.join();
    if (text === '' || named.has(text) || found.has(key)) return null;
    found.add(key);
    return { text, matched };
  };
  const arrive = ({ text, own, won: before, name }: Omit<State, 'live'>, reached: readonly Live[]): void => {
    const sure = reached.filter(([place, state]) => at(place).isSure(state));
    const live = sure.length === 0 ? reached : reached.filter((one) => !sure.includes(one));
    const won = sure.length === 0 ? before : ascending([...before, ...sure.map(([place]) => place)]);
    // Nothing but the name that it may become tells it apart from what was found.
    if (live.length === 0 && found.has(won.join())) return;
    const key = `${won.join()};${own};${live.join(' ')};${name?.number ?? ''}`;
    // The empty text is no uri: what it has come to may be come to again.
    if (seen.has(key)) return;
    if (text !== '') seen.add(key);
    waiting.push({ text, own, live, won, name });
  };

  arrive(
    { text: '', own: 0, won: [], name: beginningsOf(names) },
    patterns.map((_, place) => [place, 0] as const),
  );
  let work = 0;
  let pause = PACE;
  // An array yields what is added while it is walked.
  for (const state of waiting) {
    const { text, own, live, won, name } = state;
    if (template.isMatched(own)) {
      const kind = kindAt(text, state);
      if (kind !== null) yield kind;
    }
    // Where nothing is left to be told apart, the shortest way to the end will do.
    if (live.length === 0 && text !== '' && name === null) {
      const kind = kindAt(text + template.tokens.slice(template.furthest(own)).join(''), state);
      if (kind !== null) yield kind;
      continue;
    }
    const next = new Set([fresh, ...template.next(own), ...(name?.next.keys() ?? [])]);
    for (const [place, state] of live) for (const character of at(place).next(state)) next.add(character);
    for (const character of next) {
      work += 1;
      const onward = template.step(own, character);
      if (onward === null) continue;
      work += live.length;
      if (work > MAX_WORK) return false;
      const reached: Live[] = [];
      for (const [place, state] of live) {
        const to = at(place).step(state, character);
        if (to !== null) reached.push([place, to]);
      }
      const further = { text: text + character, own: onward, won, name: name?.next.get(character) ?? null };
      arrive(further, reached);
    }
    if (work > pause) {
      yield null;
      pause = work + PACE;
    }
  }
  return true;
}

function beginningsOf(names: readonly string[]): Beginning {
  const start: Beginning = { number: 0, next: new Map() };
  let count = 0;
  for (const name of names) {
    let at = start;
    for (const character of name) {
      let onward = at.next.get(character);
      if (onward === undefined) at.next.set(character, (onward = { number: ++count, next: new Map() }));
      at = onward;
    }
  }
  return start;
}

/** A character that stands in none of them: for all that do not. */
function freshOf(texts: readonly string[]): string {
  const used = new Set(texts.flatMap((text) => Array.from(text)));
  for (const letter of 'xyzabcdefghijklmnopqrstuvw0123456789') if (!used.has(letter)) return letter;
  let code = 0xe000;
  while (used.has(String.fromCodePoint(code))) code += 1;
  return String.fromCodePoint(code);
}

function ascending(places: number[]): number[] {
  return places.sort((a, b) => a - b);
}
