// Says what a policy saw: the attributes that it reads with the values they had in a request (DESIGN section 6; A2 in
// the requirements: both sides' matched attributes, stored with the decision).

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Path } from './compile/expressions.ts';
import type { CompiledPolicy } from './compile/types.ts';
import type { CedarRequest, DeterminingPolicy, PolicyRead, PolicyValue } from './decision.ts';
import { createLru } from './index/lru.ts';
import { remembered } from './remembered.ts';
import { type View, viewOf } from './view.ts';

type Members = Readonly<Record<string, CedarValueJson>>;

/** Looks attributes up in a request, following references from entity to entity as Cedar does. */
export interface Reader {
  /** The value at a path; undefined where there is none. */
  value(path: Path): PolicyValue | undefined;
}

export function createReader(request: CedarRequest): Reader {
  return readerOf(viewOf(request));
}

export function readerOf({ request, entity }: View): Reader {
  const membersOf = (value: CedarValueJson): Members | undefined => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if ('__entity' in value) return entity(value['__entity'] as TypeAndId)?.attrs;
    return '__extn' in value ? undefined : value;
  };
  return {
    value([variable = '', ...path]) {
      let at = variableOf(request, variable);
      for (const name of path) {
        const members = at === undefined ? undefined : membersOf(at);
        at = members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
      }
      return at;
    },
  };
}

function variableOf(request: CedarRequest, variable: string): CedarValueJson | undefined {
  switch (variable) {
    case 'principal':
    case 'action':
    case 'resource':
      return { __entity: request[variable] };
    case 'context':
      return request.context;
    default:
      return undefined;
  }
}

/** A compiled policy as it appears in a decision. */
export function explainPolicy(policy: CompiledPolicy, reader: Reader): DeterminingPolicy {
  const { id, effect, file, line, column, description, owner, text } = policy;
  return {
    id,
    effect,
    file,
    line,
    column,
    text,
    reads: pathsOf(policy).map(({ path, text }) => explainRead(path, text, reader)),
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
  };
}

interface NamedPath {
  readonly path: Path;
  readonly text: string;
}

const known = createLru<string, readonly NamedPath[]>(4_096);

/** Policies of a company resemble each other: what thousands of them read is a few lists. */
const pathsOf = remembered(({ reads }: CompiledPolicy): readonly NamedPath[] => {
  const key = JSON.stringify(reads);
  const before = known.get(key);
  if (before !== undefined) return before;
  const paths = reads.map(({ path }) => ({ path, text: pathText(path) }));
  known.set(key, paths);
  return paths;
});

function explainRead(path: Path, text: string, reader: Reader): PolicyRead {
  const value = reader.value(path);
  return value === undefined ? { path: text } : { path: text, value };
}

/** A path as Cedar writes it. */
function pathText(path: Path): string {
  return path.map((name, at) => (at === 0 ? name : attributeText(name))).join('');
}

function attributeText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
