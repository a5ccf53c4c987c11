// What calls are looked through for, and the labels that are added where it is found.
import { z } from 'zod';
import { type Classifiers, createClassifiers } from '../classifiers/classifiers.ts';
import { wordsOf } from '../classifiers/words.ts';
import { compilePattern } from '../never-store/pattern.ts';
import { closed, list, matching, oneOf, set, text } from './fields.ts';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** As annotations of policies have them. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;

/** Each costs a walk over every text. */
const MAX_PATTERNS = 64;

const pattern = () =>
  z
    .string({ error: 'must be a pattern as text, in quotes' })
    .min(1, { error: 'is empty: remove it' })
    .superRefine((source, context) => {
      const compiled = compilePattern(source);
      if (!compiled.ok) context.addIssue({ code: 'custom', message: `${compiled.error}: correct it` });
    });

const phrase = () =>
  text(200, 'a word, or a phrase of up to 16 words').refine((value) => wordsOf(value).length > 0, {
    error:
      'must be a word, or a phrase of up to 16 words: what has no letters or digits can only be a pattern',
  });

const classifier = () =>
  closed({
    name: matching(NAME, 'a name of lower-case letters, digits and `-`, such as `card-numbers`'),
    labels: set(
      matching(LABEL, 'a label of up to 64 letters, digits, `.`, `_`, `:`, `/` and `-`, such as `pii`'),
      20,
    ).min(1, { error: 'must name at least one label: a classifier that adds none does nothing' }),
    on: set(oneOf('input', 'output'), 2)
      .min(1, { error: 'must name `input`, `output` or both' })
      .default(['input', 'output']),
    upstreams: set(text(128, 'the name of a registered server or agent'), 200).default([]),
    patterns: set(pattern(), MAX_PATTERNS).default([]),
    words: set(phrase(), 10_000).default([]),
    shapes: set(oneOf('card-numbers', 'secrets'), 2).default([]),
  }).superRefine(({ patterns, words, shapes }, context) => {
    if (patterns.length + words.length + shapes.length > 0) return;
    context.addIssue({
      code: 'custom',
      path: ['patterns'],
      message: 'is missing: say in `patterns`, `words` or `shapes` what is looked for',
    });
  });

export const classifiers = () =>
  list(classifier(), 50).superRefine((all, context) => {
    const names = new Set<string>();
    for (const [at, { name }] of all.entries()) {
      if (names.has(name))
        context.addIssue({
          code: 'custom',
          path: [at, 'name'],
          message: 'is the name of an earlier classifier too: give each its own',
        });
      names.add(name);
    }
    const patterns = all.reduce((sum, one) => sum + one.patterns.length, 0);
    if (patterns > MAX_PATTERNS)
      context.addIssue({
        code: 'custom',
        message: `has ${patterns} patterns in all, of which at most ${MAX_PATTERNS} may be: join some with \`|\``,
      });
  });

export function classifiersOf(settings: Parameters<typeof createClassifiers>[0]): Classifiers {
  const created = createClassifiers(settings);
  // Every pattern was compiled when the configuration was read.
  if (!created.ok) throw new Error(created.error);
  return created.value;
}
