// The scenario shows what the gateway promises; where it does something else, the run fails and says where.

class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** Errors: throws a ScenarioError that names the step, unless `holds`. */
export function expect(holds: boolean, step: string, what: string): asserts holds {
  if (!holds) throw new ScenarioError(`${step}: ${what}`);
}
