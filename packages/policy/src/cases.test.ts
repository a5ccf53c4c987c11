// Runs `testdata/cases/*.yaml`: the algebra of the design as a table that people can read.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from './compile/compile.ts';
import type { Decision } from './decision.ts';
import { createEngine } from './engine.ts';
import type { CallFacts } from './facts.ts';
import { sentence } from './sentence.ts';
import { ordinaryCall, sha256Hex } from './testing/facts.ts';
import { type Catalogue, expectSet, schemaOf, starterPack } from './testing/set-up.ts';

interface Case {
  readonly name: string;
  readonly policies?: string;
  readonly starterPack?: boolean;
  readonly catalogue?: Catalogue;
  /** Merged into the ordinary call of `testing/facts.ts`. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly grants?: readonly string[];
  readonly want: Want;
}

interface Want {
  /** Part of a diagnostic, where the set must be refused. */
  readonly refused?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly determining?: readonly string[];
  readonly guards?: readonly string[];
  readonly labels?: readonly string[];
  readonly errors?: readonly string[];
  readonly unrepresentable?: readonly string[];
  readonly nearest?: Readonly<Record<string, readonly string[]>>;
  readonly sentence?: string;
}

const FOLDER = new URL('../testdata/cases/', import.meta.url);

const DEFAULT_TOOLS = { 'crm/get_customer': { type: 'object', properties: {} } };

const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(FILES)('%s', (file) => {
  const cases = parse(readFileSync(new URL(file, FOLDER), 'utf8'), { merge: true }) as Case[];

  test.each(cases)('$name', (example) => {
    expect(outcomeOf(example)).toEqual(example.want);
  });
});

/** What came of a case, in the words of its `want`. */
function outcomeOf({
  policies = '',
  starterPack: withPack,
  catalogue,
  facts,
  grants = [],
  want,
}: Case): Want {
  const schema = schemaOf({ tools: DEFAULT_TOOLS, ...catalogue });
  const sources = [{ file: 'case.cedar', text: policies }, ...(withPack === true ? starterPack() : [])];
  const compiled = compile(sources, schema, { sha256Hex });
  if (want.refused !== undefined) {
    const said = compiled.diagnostics.map(({ message }) => message).join('\n');
    return { refused: !compiled.ok && said.includes(want.refused) ? want.refused : said };
  }
  const engine = createEngine();
  const loaded = engine.load(expectSet(compiled), schema);
  if (!loaded.ok) throw new Error(loaded.message);
  const call = merge(ordinaryCall, facts ?? {}) as CallFacts;
  const decision = engine.decide(call, { grants });
  if (decision.outcome !== 'deny' && !engine.couldPermit(call))
    throw new Error('a list would hide this call');
  return seen(call, decision, want);
}

/** The parts of a decision that a case speaks of. */
function seen(call: CallFacts, decision: Decision, want: Want): Want {
  const all: Required<Omit<Want, 'refused'>> = {
    outcome: decision.outcome,
    reason: decision.reason,
    determining: decision.determining.map(({ id }) => id),
    guards: decision.guards.map(({ id }) => id),
    labels: decision.obligations.labels,
    errors: decision.errors.map(({ policy }) => policy),
    unrepresentable: decision.unrepresentable.map(({ path }) => path.join('.')),
    nearest: Object.fromEntries(decision.nearest.map(({ id, failed }) => [id, failed])),
    sentence: sentence(call, decision),
  };
  return Object.fromEntries(Object.entries(all).filter(([part]) => part in want));
}

function merge(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  const names = new Set([...Object.keys(base), ...Object.keys(change)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in change ? merge(base[name], change[name]) : base[name]]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
