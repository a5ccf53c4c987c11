// Checks a value against a JSON Schema that a server gave. The schema is hostile text: it can neither reach out nor run
// longer than it is given, and one that cannot be used lets nothing pass.
import { createContext, Script } from 'node:vm';
import { type SchemaDraft, Validator } from '@cfworker/json-schema';
import type { Result } from '../errors.ts';
import type { JsonObject, JsonValue } from '../protocols/json/types.ts';
import { countNodes, surveySchema } from './schema-survey.ts';

/** Null when a value fits; else what is wrong with it, or with the schema, on one line. */
export type SchemaCheck = (value: unknown) => string | null;

/** What messages call the value and its schema. */
export interface CheckWords {
  readonly value: string;
  readonly schema: string;
}

const MAX_MS = 100;
/** After so many checks that ran out of time a schema is not tried again: each one stops everything else. */
const MAX_OVERRUNS = 3;
const OVERRUN = `checking takes longer than ${MAX_MS} ms`;
const MAX_MESSAGES = 3;
const MAX_CHARACTERS = 500;
/** Parts of a schema times parts of a value that are checked without a watchdog. */
const MAX_QUICK_STEPS = 100_000;

// The dialects that MCP servers write; without `$schema` it is the newest (MCP 2025-11-25, SEP-1613).
const DIALECTS: ReadonlyMap<string, SchemaDraft> = new Map([
  ['http://json-schema.org/draft-04/schema', '4'],
  ['http://json-schema.org/draft-06/schema', '7'],
  ['http://json-schema.org/draft-07/schema', '7'],
  ['https://json-schema.org/draft/2019-09/schema', '2019-09'],
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
]);

/** Values must have been scanned strictly, or be as deep as a strict scan allows: their depth is not bounded here. */
export function compileSchema(schema: JsonObject, words: CheckWords): SchemaCheck {
  const unusable = (why: string): string =>
    `${words.schema} cannot be used, so nothing can be checked against it: ${why}`;
  const survey = surveySchema(schema);
  if (!survey.ok) return () => unusable(survey.error);
  const dialect = dialectOf(schema['$schema']);
  if (dialect === undefined)
    return () => unusable(`its dialect ${JSON.stringify(schema['$schema'])} is not supported`);
  const { nodes, mayRunLong } = survey.value;
  try {
    // A copy, since the validator writes its notes into the schema.
    const validator = new Validator(structuredClone(schema), dialect);
    let overruns = 0;
    return (value) => {
      if (overruns === MAX_OVERRUNS) return unusable(OVERRUN);
      const isQuick = !mayRunLong && countNodes(value, MAX_QUICK_STEPS / nodes) <= MAX_QUICK_STEPS / nodes;
      const checked = (isQuick ? direct : bounded)(() => misfit(validator, value));
      if (!checked.ok && checked.error === OVERRUN) overruns++;
      if (!checked.ok) return unusable(checked.error);
      return checked.value === null ? null : `${words.value} not fit ${words.schema}: ${checked.value}`;
    };
  } catch (error) {
    return () => unusable(messageOf(error));
  }
}

function dialectOf(declared: JsonValue | undefined): SchemaDraft | undefined {
  if (declared === undefined) return '2020-12';
  return typeof declared === 'string' ? DIALECTS.get(declared.replace(/#$/, '')) : undefined;
}

function misfit(validator: Validator, value: unknown): string | null {
  const { valid, errors } = validator.validate(value);
  if (valid) return null;
  // The innermost errors come last and say most.
  const messages = errors.toReversed().map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  return oneLine([...new Set(messages)].slice(0, MAX_MESSAGES).join('; '));
}

type Checked = Result<string | null, string>;

function direct(task: () => string | null): Checked {
  try {
    return { ok: true, value: task() };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

// SECURITY: a pattern that backtracks, or references that multiply, would keep the only thread busy for good. The
// engine's own watchdog ends whatever runs inside, regular expressions included; it costs about 0.2 ms.
const sandbox = createContext({ task: (): string | null => null });
const script = new Script('task()');

function bounded(task: () => string | null): Checked {
  sandbox['task'] = task;
  try {
    return { ok: true, value: script.runInContext(sandbox, { timeout: MAX_MS }) as string | null };
  } catch (error) {
    const isTimeout = (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return { ok: false, error: isTimeout ? OVERRUN : messageOf(error) };
  } finally {
    sandbox['task'] = null;
  }
}

function messageOf(error: unknown): string {
  // What follows the first line or a double space lists every schema that the validator knows.
  return error instanceof Error ? oneLine(error.message.split(/\n| {2}/)[0] ?? '') : 'it cannot be evaluated';
}

function oneLine(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replaceAll(/\s+/g, ' ');
}
