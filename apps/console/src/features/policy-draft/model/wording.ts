// What a draft changes, and how it stands, in a phrase.
import type { PolicyCheck, PolicyDiagnostic, PolicyDifference } from '../../../api/types.ts';
import type { Sign } from '../../calls/model/wording.ts';

const CHANGES = ['added', 'changed', 'removed'] as const;
const NAMES = { policy: ['policy', 'policies'], file: ['other file', 'other files'] } as const;

/** `2 policies added, 1 changed; 1 other file removed`; null where nothing differs. */
export function differencePhrase(items: readonly Pick<PolicyDifference, 'what' | 'change'>[]): string | null {
  const parts = (['policy', 'file'] as const).map((what) => {
    const counts = CHANGES.map((change) => ({
      change,
      count: items.filter((item) => item.what === what && item.change === change).length,
    })).filter(({ count }) => count > 0);
    const [first, ...rest] = counts;
    if (first === undefined) return null;
    const noun = NAMES[what][first.count === 1 ? 0 : 1];
    return [
      `${first.count} ${noun} ${first.change}`,
      ...rest.map(({ change, count }) => `${count} ${change}`),
    ].join(', ');
  });
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : said.join('; ');
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** How the validator found a draft. */
export function checkSign({ ok, diagnostics }: Pick<PolicyCheck, 'ok' | 'diagnostics'>): Sign {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  if (!ok) return { tone: 'deny', label: errors === 0 ? 'Not valid' : counted(errors, 'error') };
  return warnings === 0
    ? { tone: 'allow', label: 'Valid' }
    : { tone: 'warn', label: `Valid, ${counted(warnings, 'warning')}` };
}

/** Errors before warnings, each as the validator has them. */
export const byNeed = (diagnostics: readonly PolicyDiagnostic[]): readonly PolicyDiagnostic[] => [
  ...diagnostics.filter(({ severity }) => severity === 'error'),
  ...diagnostics.filter(({ severity }) => severity !== 'error'),
];
