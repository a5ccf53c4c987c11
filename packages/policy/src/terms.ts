// What a policy says, in the parts that Cedar has: effect, scope, conditions, annotations. And how two versions of a set differ
// in them, so that a change of layout is told from one of meaning. By the parsed policies, never by their text.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { openCedar, type OpenCedar } from './cedar-door.ts';
import { createScratch, type Scratch } from './compile/scratch.ts';
import type { CompiledPolicy, CompiledPolicySet } from './compile/types.ts';
import { alternatives, conditionsOf, writtenCondition } from './conditions.ts';
import { isNode } from './node.ts';
import { byCodeUnits } from './reserved.ts';

export type TermPart = 'effect' | 'principal' | 'action' | 'resource' | 'when' | 'unless' | 'annotation';

/** One part that differs; of a policy that is new or gone, each part that it has. */
export interface TermChange {
  readonly part: TermPart;
  /** Of an annotation. */
  readonly name: string | null;
  /** As Cedar writes it; null where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface PolicyChange {
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of the newer; of what is gone, what it was. */
  readonly effect: 'permit' | 'forbid' | 'guard';
  readonly file: string;
  readonly line: number;
  /** Empty where only the layout or comments differ. */
  readonly terms: readonly TermChange[];
}

type Policies = Pick<CompiledPolicySet, 'policies'>;

/** A part that a policy has; `key` tells whether two are the same. */
interface Term {
  readonly part: TermPart;
  readonly name: string | null;
  readonly key: string;
  readonly text: string;
}

const UNWRITTEN = '(too deep to be written out: see the text)';

/** By id; policies whose text is the same are left out. */
export function comparePolicies(
  before: Policies,
  after: Policies,
  { open = openCedar }: { readonly open?: OpenCedar } = {},
): PolicyChange[] {
  const scratch = createScratch(open);
  const [old, now] = [before, after].map(({ policies }) => new Map(policies.map((each) => [each.id, each])));
  const ids = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...ids].sort(byCodeUnits).flatMap((id): PolicyChange[] => {
    const [was, is] = [old?.get(id), now?.get(id)];
    const shown = is ?? was;
    if (shown === undefined || was?.text === is?.text) return [];
    return [
      {
        id,
        change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        effect: effectOf(shown),
        file: shown.file,
        line: shown.line,
        terms: changesOf(termsOf(was, scratch), termsOf(is, scratch)),
      },
    ];
  });
}

/** Conditions have no names: each is there or not. Everything else has a place, at which it is this or that. */
function changesOf(before: readonly Term[], after: readonly Term[]): TermChange[] {
  const changes: TermChange[] = [];
  const places = new Map<string, { was?: Term; is?: Term }>();
  for (const [terms, side] of [
    [before, 'was'],
    [after, 'is'],
  ] as const)
    for (const term of terms) {
      const isCondition = term.part === 'when' || term.part === 'unless';
      const place = JSON.stringify([term.part, isCondition ? term.key : term.name]);
      places.set(place, { ...places.get(place), [side]: term });
    }
  for (const { was, is } of places.values()) {
    const term = is ?? was;
    if (term === undefined || was?.key === is?.key) continue;
    changes.push({
      part: term.part,
      name: term.name,
      before: was?.text ?? null,
      after: is?.text ?? null,
    });
  }
  return changes.sort((a, b) => PARTS.indexOf(a.part) - PARTS.indexOf(b.part));
}

const PARTS: readonly TermPart[] = [
  'effect',
  'principal',
  'action',
  'resource',
  'when',
  'unless',
  'annotation',
];

function termsOf(policy: CompiledPolicy | undefined, scratch: Scratch): Term[] {
  if (policy === undefined) return [];
  const { json } = policy;
  const part = (name: TermPart, text: string): Term => ({ part: name, name: null, key: text, text });
  return [
    part('effect', effectOf(policy)),
    part('principal', scopeText('principal', json.principal)),
    part('action', scopeText('action', json.action)),
    part('resource', scopeText('resource', json.resource)),
    ...conditionsOf(json)
      .flatMap(alternatives)
      .map((condition): Term => conditionTerm(condition, scratch)),
    ...Object.entries<string | null>(json.annotations ?? {})
      .filter(([name]) => name !== 'id')
      .map(
        ([name, value]): Term => ({
          part: 'annotation',
          name,
          key: JSON.stringify(value),
          text: value ?? '',
        }),
      ),
  ];
}

function conditionTerm(condition: PolicyJson, scratch: Scratch): Term {
  const kind = condition.conditions[0]?.kind ?? 'when';
  const written = scratch.run((cedar) => writtenCondition(condition, cedar));
  const text = written?.shown.replace(/^unless \{ (.*) \}$/, '$1') ?? UNWRITTEN;
  return { part: kind, name: null, key: JSON.stringify(condition.conditions), text };
}

function effectOf({ effect, guard }: CompiledPolicy): PolicyChange['effect'] {
  return guard === undefined ? effect : 'guard';
}

type Scope = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];

function scopeText(variable: string, scope: Scope): string {
  switch (scope.op) {
    case 'All':
      return variable;
    case '==':
      return `${variable} == ${targetText(scope)}`;
    case 'in':
      return `${variable} in ${targetText(scope)}`;
    case 'is':
      return `${variable} is ${scope.entity_type}${scope.in === undefined ? '' : ` in ${targetText(scope.in)}`}`;
  }
}

function targetText(target: object): string {
  if ('entities' in target && Array.isArray(target.entities))
    return `[${target.entities.map(entityText).sort(byCodeUnits).join(', ')}]`;
  if ('entity' in target) return entityText(target.entity);
  return 'slot' in target ? String(target.slot) : '';
}

function entityText(entity: unknown): string {
  const node = isNode(entity) && '__entity' in entity ? entity['__entity'] : entity;
  return isNode(node) ? `${String(node['type'])}::${JSON.stringify(node['id'])}` : '';
}
