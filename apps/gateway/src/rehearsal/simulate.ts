// Decides a made-up call by a set that is not in force, in an engine of its own.
import { buildSchema, compile, createEngine, sentence } from '@countersign/policy';
import { sha256Hex } from '../policies/sha256.ts';
import type { Simulated, SimulateJob } from './types.ts';

export function simulate({ sources, input, facts, grants }: SimulateJob): Simulated {
  const schema = buildSchema(input, sha256Hex);
  const compiled = compile(sources, schema, { sha256Hex });
  if (!compiled.ok) return { ok: false, diagnostics: compiled.diagnostics };
  const engine = createEngine();
  const loaded = engine.load(compiled.set, schema);
  if (!loaded.ok) {
    const place = { file: sources[0]?.file ?? '.', line: 1, column: 1 };
    return { ok: false, diagnostics: [{ severity: 'error', ...place, message: loaded.message }] };
  }
  const decision = engine.decide(facts, { grants });
  return { ok: true, decision, sentence: sentence(facts, decision) };
}
