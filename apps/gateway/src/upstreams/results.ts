// Checks a structured result against the schema that the tool's own server gave for it: as arguments are checked.
import type { Gauge } from '../admin/metrics.ts';
import type { JsonObject } from '../protocols/json/types.ts';
import type { CatalogTool } from './definitions.ts';
import { compileSchema, type SchemaCheck } from './schema-check.ts';

const WORDS = { value: 'the structured content does', schema: "the tool's output schema" };

/** Null when it fits, or where the tool declares no schema. */
export function createResultChecker(): (tool: CatalogTool, structured: unknown) => string | null {
  // A tool whose definition changes gets another schema object, and so another validator.
  const checks = new WeakMap<JsonObject, SchemaCheck>();
  return ({ outputSchema }, structured) => {
    if (outputSchema === undefined) return null;
    const check = checks.get(outputSchema) ?? compileSchema(outputSchema, WORDS);
    checks.set(outputSchema, check);
    return check(structured);
  };
}

/** What `/metrics` says of results that did not fit. @param counted by registry name of the server. */
export const mismatchGauge = (counted: ReadonlyMap<string, number>): Gauge => ({
  name: 'countersign_output_mismatches_total',
  help: "Structured results since the start that did not fit their tool's own output schema.",
  type: 'counter',
  samples: [...counted].map(([server, value]) => ({ labels: { server }, value })),
});
