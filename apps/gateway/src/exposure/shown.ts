// One exposure as people are shown it, in a list and as what a declassification would clear. Pure.
import type { Exposed } from '../store/readers/exposure.ts';
import type { Holder } from './holders.ts';

export function shownExposure({ label, until, call, by }: Exposed, holder: Holder) {
  return {
    holder: { ...holder },
    label,
    until: new Date(until).toISOString(),
    call,
    agent: by?.agent ?? null,
    upstream: by?.upstream ?? null,
    resource: by?.resource ?? null,
    at: by === null ? null : new Date(by.startedAt).toISOString(),
  };
}
