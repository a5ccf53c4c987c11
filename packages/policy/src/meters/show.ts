// How what was measured gets into the facts of a call, and from there into the context that policies read.

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Unrepresentable } from '../decision.ts';
import type { CallFacts, MeterValue } from '../facts.ts';
import type { Measure } from './types.ts';

/** A measure with what it shows: this call's own amount included, where the call counts for it. */
export interface Measured {
  readonly measure: Pick<Measure, 'of' | 'name'>;
  readonly value: MeterValue;
}

/** The facts of a call with what it was measured by. */
export function withMeasured(facts: CallFacts, measured: readonly Measured[]): CallFacts {
  if (measured.length === 0) return facts;
  const recordOf = (wanted: Measure['of']): Record<string, MeterValue> =>
    Object.assign(
      Object.create(null) as Record<string, MeterValue>,
      Object.fromEntries(
        measured
          .filter(({ measure }) => measure.of === wanted)
          .map(({ measure, value }) => [measure.name, value]),
      ),
    );
  return { ...facts, usage: recordOf('usage'), meters: recordOf('meter') };
}

/** `usage` and `meter` of the context, where anything was measured, and what of it cannot be shown. */
export function meterContext({ usage, meters }: Pick<CallFacts, 'usage' | 'meters'>): {
  readonly context: Record<string, CedarValueJson>;
  readonly unrepresentable: readonly Unrepresentable[];
} {
  const context: Record<string, CedarValueJson> = {};
  const unrepresentable: Unrepresentable[] = [];
  for (const [member, values] of [
    ['usage', usage],
    ['meter', meters],
  ] as const) {
    const shown = Object.create(null) as Record<string, CedarValueJson>;
    for (const [name, value] of Object.entries(values ?? {})) {
      if (typeof value === 'object') unrepresentable.push({ path: [member, name], why: value.why });
      else shown[name] = typeof value === 'number' ? value : { __extn: { fn: 'decimal', arg: value } };
    }
    if (Object.keys(shown).length > 0) context[member] = shown;
  }
  return { context, unrepresentable };
}
