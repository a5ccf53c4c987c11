// Checks a call's arguments against the schema that the tool's own server gave for them (JSON Schema).
import type { JsonObject } from '../protocols/json/types.ts';
import { compileSchema, type SchemaCheck } from './schema-check.ts';

export interface ArgumentChecker {
  /**
   * Null when the arguments fit the schema; else what is wrong with them, or with the schema, on one line.
   * Both must have been scanned strictly: their depth is bounded.
   */
  check(tool: { readonly inputSchema: JsonObject }, args: unknown): string | null;
}

const WORDS = { value: 'the arguments do', schema: "the tool's input schema" };

export function createArgumentChecker(): ArgumentChecker {
  // A tool whose definition changes gets another schema object, and so another validator.
  const checks = new WeakMap<JsonObject, SchemaCheck>();
  return {
    check({ inputSchema }, args) {
      let check = checks.get(inputSchema);
      if (check === undefined) {
        check = compileSchema(inputSchema, WORDS);
        checks.set(inputSchema, check);
      }
      const problem = check(args);
      if (problem === null) return null;
      const less = withoutNulls(inputSchema, args);
      return less === null ? problem : check(less);
    },
  };
}

/**
 * Many clients write null for an optional argument that they do not give, and servers take it so. It is sent as it stands;
 * policy is not shown it, and denies where it would have read it (packages/policy).
 *
 * @returns null where there is no such argument.
 */
function withoutNulls(schema: JsonObject, args: unknown): object | null {
  if (!isObject(args) || !isObject(schema['properties'])) return null;
  const { properties, required } = schema;
  const isLeftOut = (name: string): boolean =>
    args[name] === null &&
    Object.hasOwn(properties, name) &&
    !(Array.isArray(required) && required.includes(name));
  const given = Object.entries(args).filter(([name]) => !isLeftOut(name));
  return given.length === Object.keys(args).length ? null : Object.fromEntries(given);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
