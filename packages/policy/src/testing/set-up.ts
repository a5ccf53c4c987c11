// A schema, a set and an engine in one line, for tests of what they decide together.

import { readdirSync, readFileSync } from 'node:fs';
import type { OpenCedar } from '../cedar-door.ts';
import { compile } from '../compile/compile.ts';
import type { CompiledPolicySet, CompileResult, PolicySource } from '../compile/types.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine-types.ts';
import { buildSchema } from '../schema/build.ts';
import type { PolicySchema } from '../schema/types.ts';
import { sha256Hex } from './facts.ts';

export interface Catalogue {
  /** Input schemas by `<server>/<tool>`. */
  readonly tools?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  readonly teams?: readonly string[];
}

export function schemaOf({ tools = {}, groups = [], teams = [] }: Catalogue): PolicySchema {
  const servers = Map.groupBy(Object.entries(tools), ([id]) => id.slice(0, id.indexOf('/')));
  return buildSchema(
    {
      servers: [...servers].map(([name, listed]) => ({
        name,
        tools: listed.map(([id, inputSchema]) => ({ name: id.slice(name.length + 1), inputSchema })),
      })),
      groups,
      teams,
    },
    sha256Hex,
  );
}

export function compileText(text: string, schema: PolicySchema, open?: OpenCedar): CompileResult {
  return compile([{ file: 'test.cedar', text }], schema, {
    sha256Hex,
    ...(open === undefined ? {} : { open }),
  });
}

/** The set, or a test failure that shows the diagnostics. */
export function expectSet(result: CompileResult): CompiledPolicySet {
  if (result.ok) return result.set;
  throw new Error(result.diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.message}`).join('\n'));
}

export function engineWith(text: string, catalogue: Catalogue, open?: OpenCedar): Engine {
  const schema = schemaOf(catalogue);
  const engine = createEngine(open === undefined ? {} : { open });
  const loaded = engine.load(expectSet(compileText(text, schema)), schema);
  if (!loaded.ok) throw new Error(loaded.message);
  return engine;
}

const STARTER_PACK = new URL('../../../../apps/gateway/policies/', import.meta.url);

/** The policies that the gateway ships. */
export function starterPack(): PolicySource[] {
  return filesIn('', '.cedar');
}

/** Those that it ships to be copied: they name tools and groups. */
export function examplePack(): PolicySource[] {
  return [...filesIn('examples/', '.cedar'), ...filesIn('examples/', '.meters.yaml')];
}

/** The cases that either is shipped with. */
export function packCases(pack: 'starter' | 'examples'): PolicySource[] {
  return filesIn(pack === 'starter' ? 'cases/' : 'examples/cases/', '.yaml');
}

function filesIn(path: string, suffix: string): PolicySource[] {
  const folder = new URL(path, STARTER_PACK);
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
}
