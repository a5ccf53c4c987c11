// Tells whether what policies are typed by has changed, without building it: looked at every few seconds, and on every
// change of the registry, most of which change nothing here.
import { type SchemaInput, toolAction } from '@countersign/policy';
import { sha256Hex } from './sha256.ts';

/** Definitions are never altered in place, so each is digested once. */
const digests = new WeakMap<object, string>();

/** Equal for inputs that give the same schema. */
export function versionOf({ servers, groups, teams }: SchemaInput): string {
  const tools = servers.map((server) => [
    server.name,
    server.tools.map(({ name, inputSchema }) => [name, digestOf(inputSchema)]),
  ]);
  return sha256Hex(JSON.stringify([tools, groups.toSorted(), teams.toSorted()]));
}

/** What each tool (action id) is typed by. */
export function typesOf({ servers }: SchemaInput): ReadonlyMap<string, string> {
  return new Map(
    servers.flatMap((server) =>
      server.tools.map(({ name, inputSchema }) => [toolAction(server.name, name), digestOf(inputSchema)]),
    ),
  );
}

export function digestOf(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return JSON.stringify(schema) ?? '';
  const known = digests.get(schema) ?? sha256Hex(JSON.stringify(schema));
  digests.set(schema, known);
  return known;
}
