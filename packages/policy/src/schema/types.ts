// The shapes of the schema that types a policy set: what it is built from and what building it gives
// (DESIGN section 6, "Actions" and the mapping of tool schemas).

import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';

/** A SHA-256 of a text's UTF-8 bytes as 64 lowercase hex digits. Passed in, so that this package stays free of a runtime. */
export type Sha256Hex = (text: string) => string;

/** One tool as its server lists it. The schema is untrusted data. */
export interface ToolDefinition {
  readonly name: string;
  /** The tool's JSON Schema as parsed JSON; anything else than an object gives an empty `context.input`. */
  readonly inputSchema: unknown;
}

/** What a policy may speak of besides the fixed vocabulary. */
export interface SchemaInput {
  /** Every governed MCP server with the tools it is known to have. */
  readonly servers: readonly { readonly name: string; readonly tools: readonly ToolDefinition[] }[];
  /** Names of the registered groups: a policy that names another is refused. */
  readonly groups: readonly string[];
  /** Names of the registered teams: a policy that names another is refused. */
  readonly teams: readonly string[];
}

/** The Cedar type of one argument, as our mapping gives it. */
export type InputType =
  | { readonly kind: 'string' }
  | { readonly kind: 'long' }
  | { readonly kind: 'decimal' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'set'; readonly element: InputType }
  | InputRecord;

/** A record type; `attributes` is a map because names are the tool author's. */
export interface InputRecord {
  readonly kind: 'record';
  readonly attributes: ReadonlyMap<string, { readonly type: InputType; readonly required: boolean }>;
}

/** Part of a tool's schema that has no Cedar type, so that no policy can read it. */
export interface Omission {
  /** Action id, `<server>/<tool>`, or the server's name where all of it is left out. */
  readonly tool: string;
  /** JSON Pointer into the tool's schema; empty for the whole. */
  readonly pointer: string;
  readonly why: string;
}

/** The schema in force: Cedar's form, and what this package needs to speak it. */
export interface PolicySchema {
  readonly json: SchemaJson<string>;
  /** Content address of all that decides how policies and calls are typed. */
  readonly digest: string;
  /** By action id `<server>/<tool>`: the type of its `context.input`. */
  readonly tools: ReadonlyMap<string, InputRecord>;
  readonly omissions: readonly Omission[];
  readonly servers: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  /** Action ids whose calls are all denied since the set in force does not validate with them, each with why. */
  readonly broken: ReadonlyMap<string, string>;
}
