// Labels that a call deserves by what is said in it: patterns and lists of words that an operator configured, looked for in
// what is sent, before policy decides, and in what comes back, before its caller is told. Labels only add, so that a
// classifier that finds too much costs permission and never gives any; so does one that could not look.
import { ok, type Result } from '../errors.ts';
import { compilePattern, type Pattern } from '../never-store/pattern.ts';
import { cardNumbersIn, tokensIn } from '../never-store/shapes.ts';
import { textsIn } from './texts.ts';
import { createWordList } from './words.ts';

export type Side = 'input' | 'output';

export interface ClassifierSettings {
  readonly name: string;
  readonly labels: readonly string[];
  readonly on: readonly Side[];
  /** Names of the upstreams whose calls are looked through; none: of all. */
  readonly upstreams: readonly string[];
  readonly patterns: readonly string[];
  readonly words: readonly string[];
  readonly shapes: readonly ('card-numbers' | 'secrets')[];
}

export interface Classifiers {
  /** @param json what is sent, or came back, as JSON or prose. Labels each once. */
  labels(side: Side, upstream: string, json: string): readonly string[];
  /** What a text gets that nobody looked through: the labels of every classifier that would have looked. */
  unread(side: Side, upstream: string): readonly string[];
}

/** A longer text is not looked through: it gets the labels of every classifier that would have looked. */
export const MAX_TEXT = 256 * 1024;

const SHAPES: Readonly<Record<ClassifierSettings['shapes'][number], Pattern>> = {
  'card-numbers': { test: (text) => cardNumbersIn(text).length > 0 },
  secrets: { test: (text) => tokensIn(text).length > 0 },
};

interface Compiled {
  readonly labels: readonly string[];
  readonly tests: readonly Pattern[];
  applies(side: Side, upstream: string): boolean;
}

/** Fails with what is wrong with a pattern, which a configuration that was checked has none of. */
export function createClassifiers(settings: readonly ClassifierSettings[]): Result<Classifiers, string> {
  const all: Compiled[] = [];
  for (const { name, labels, on, upstreams, patterns, words, shapes } of settings) {
    const tests = shapes.map((shape) => SHAPES[shape]);
    if (words.length > 0) tests.push(createWordList(words));
    for (const source of patterns) {
      const pattern = compilePattern(source);
      if (!pattern.ok) return { ok: false, error: `classifier \`${name}\`: \`${source}\` ${pattern.error}` };
      tests.push(pattern.value);
    }
    const of = new Set(upstreams);
    const sides = new Set(on);
    all.push({
      labels,
      tests,
      applies: (side, upstream) => sides.has(side) && (of.size === 0 || of.has(upstream)),
    });
  }
  const applying = (side: Side, upstream: string) => all.filter((one) => one.applies(side, upstream));
  const classifiers: Classifiers = {
    labels(side, upstream, json) {
      const asked = applying(side, upstream);
      if (asked.length === 0 || json === '') return [];
      if (json.length > MAX_TEXT) return classifiers.unread(side, upstream);
      const texts = textsIn(json);
      const found = asked.filter(
        ({ tests }) => texts === null || tests.some((each) => texts.some((text) => each.test(text))),
      );
      return labelsIn(found);
    },
    unread: (side, upstream) => labelsIn(applying(side, upstream)),
  };
  return ok(classifiers);
}

function labelsIn(found: readonly Compiled[]): readonly string[] {
  return [...new Set(found.flatMap(({ labels }) => labels))];
}
