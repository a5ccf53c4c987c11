// What must hold between objects, checked on the state that a change would lead to: nothing may point into the void,
// no identity may belong to two agents, and every agent has one person who answers for it (I2).
import { closest, keyOf, type Path, type Problem, showValue } from '../config/problems.ts';
import type { Origin } from './manifests.ts';
import { FIRST_USER, type Kind } from './names.ts';
import { allOf, find, keyOfObject, type Objects, type StoredObject } from './objects.ts';
import type { Manifest, ManifestOf } from './schema.ts';

/** One finding: the key that is wrong, and what to do about it. */
type Finding = readonly [path: Path, message: string];

/** Checks the whole of `objects`; `originOf` says where a manifest was written, as far as it is known. */
export function problemsBetween(
  objects: Objects,
  originOf: (kind: Kind, name: string) => Origin | undefined,
): readonly Problem[] {
  const shared = findShared(objects);
  return [...objects.values()].flatMap(({ manifest }) => {
    const { kind, metadata } = manifest;
    const origin = originOf(kind, metadata.name);
    const findings = [
      ...findingsOf(manifest, objects),
      ...(shared.get(keyOfObject(kind, metadata.name)) ?? []),
    ];
    return findings.map(([path, message]) => ({
      source: origin?.source ?? null,
      document: origin?.document ?? null,
      line: origin?.lineOf(path) ?? null,
      key: keyOf(path),
      message: `${kind} \`${metadata.name}\`: ${message}`,
    }));
  });
}

function findingsOf(manifest: Manifest, objects: Objects): readonly Finding[] {
  switch (manifest.kind) {
    case 'Team':
    case 'Group':
    case 'Issuer':
      return [];
    case 'User':
      return findingsOfUser(manifest, objects);
    case 'Agent':
      return findingsOfAgent(manifest, objects);
    case 'A2AAgent': {
      const name = manifest.spec.agent ?? manifest.metadata.name;
      const path = manifest.spec.agent === undefined ? ['metadata', 'name'] : ['spec', 'agent'];
      return missing(objects, 'Agent', name, path);
    }
    case 'MCPServer':
      return missing(objects, 'Team', manifest.spec.team, ['spec', 'team']);
  }
}

function findingsOfUser({ metadata, spec }: ManifestOf<'User'>, objects: Objects): readonly Finding[] {
  const collective = collectiveOf(metadata.name, objects);
  // SECURITY: the first token is nobody in particular, and approves nothing; a person of its name would make it one.
  const isTaken = metadata.name === FIRST_USER;
  const taken = `\`metadata.name\` is \`${FIRST_USER}\`, which is the built-in first user: give the person another name`;
  return [
    ...(isTaken ? [[['metadata', 'name'], taken] as const] : []),
    ...spec.groups.flatMap((group, index) => missing(objects, 'Group', group, ['spec', 'groups', index])),
    ...(collective === null
      ? []
      : [
          [
            ['metadata', 'name'],
            `\`metadata.name\` is \`${metadata.name}\`, which is also the name of a ${collective}: give the person a name that is nobody else's`,
          ] as const,
        ]),
  ];
}

function findingsOfAgent({ spec }: ManifestOf<'Agent'>, objects: Objects): readonly Finding[] {
  return [
    ...findingsOfOwner(spec, objects),
    ...missing(objects, 'Team', spec.team, ['spec', 'team']),
    ...spec.identities.flatMap(({ issuer, claim }, index): readonly Finding[] => {
      const path = ['spec', 'identities', index];
      const known = find(objects, 'Issuer', issuer)?.manifest.spec;
      if (known === undefined) return missing(objects, 'Issuer', issuer, [...path, 'issuer']);
      const at = [...path, 'claim'];
      const key = `\`${keyOf(at)}\` is \`${claim}\``;
      if (!known.agentClaim.includes(claim)) {
        const allowed = known.agentClaim.map((name) => `\`${name}\``).join(', ');
        return [
          [
            at,
            `${key}, which never names an agent for the Issuer \`${issuer}\`: use one of its \`agentClaim\` (${allowed})`,
          ],
        ];
      }
      if (claim === 'sub' && known.kind === 'people') {
        return [
          [
            at,
            `${key}, but in tokens of the Issuer \`${issuer}\` \`sub\` is a person: use the claim that names the client`,
          ],
        ];
      }
      return [];
    }),
  ];
}

function findingsOfOwner(spec: ManifestOf<'Agent'>['spec'], objects: Objects): readonly Finding[] {
  const path = ['spec', 'owner'];
  const key = `\`spec.owner\` is \`${spec.owner}\``;
  const owner = find(objects, 'User', spec.owner);
  if (owner === undefined) {
    const collective = collectiveOf(spec.owner, objects);
    return collective === null
      ? missing(objects, 'User', spec.owner, path)
      : [[path, `${key}, which is a ${collective}: one person must answer for an agent; name a User`]];
  }
  // An agent that cannot act may outlive its owner's time here; one that can act may not.
  if (owner.manifest.spec.active || (spec.status ?? 'active') !== 'active') return [];
  return [
    [
      path,
      `${key}, who is not active: name an active User, or set \`spec.status\` to \`quarantined\` or \`retired\``,
    ],
  ];
}

function collectiveOf(name: string, objects: Objects): 'Group' | 'Team' | null {
  if (find(objects, 'Group', name) !== undefined) return 'Group';
  return find(objects, 'Team', name) === undefined ? null : 'Team';
}

function missing(objects: Objects, kind: Kind, name: string, path: Path): readonly Finding[] {
  if (objects.has(keyOfObject(kind, name))) return [];
  const meant = closest(
    name,
    allOf(objects, kind).map((object) => object.manifest.metadata.name),
  );
  const hint = meant === undefined ? 'declare it first' : `did you mean \`${meant}\``;
  return [[path, `\`${keyOf(path)}\` is \`${showValue(name)}\`, and there is no such ${kind}: ${hint}`]];
}

/** What two objects may not share: each but the first that has it gets a finding. */
function findShared(objects: Objects): ReadonlyMap<string, readonly Finding[]> {
  const holders = new Map<string, StoredObject>();
  const findings = new Map<string, Finding[]>();
  for (const object of objects.values()) {
    const { kind, metadata } = object.manifest;
    for (const { claim, path, what } of claimsOf(object.manifest)) {
      const holder = holders.get(claim);
      if (holder === undefined) {
        holders.set(claim, object);
        continue;
      }
      const key = keyOfObject(kind, metadata.name);
      const other = `${holder.manifest.kind} \`${holder.manifest.metadata.name}\``;
      const message = `\`${keyOf(path)}\` repeats ${what} of ${other}: each may belong to one only`;
      findings.set(key, [...(findings.get(key) ?? []), [path, message]]);
    }
  }
  return findings;
}

function claimsOf(
  manifest: Manifest,
): readonly { readonly claim: string; readonly path: Path; readonly what: string }[] {
  switch (manifest.kind) {
    case 'User':
      return [
        { claim: `email ${manifest.spec.email.toLowerCase()}`, path: ['spec', 'email'], what: 'the address' },
        ...(manifest.spec.oidc === undefined
          ? []
          : [
              {
                claim: `oidc ${JSON.stringify([manifest.spec.oidc.issuer, manifest.spec.oidc.subject])}`,
                path: ['spec', 'oidc', 'subject'],
                what: 'the identity at the provider',
              },
            ]),
      ];
    case 'Issuer':
      return [{ claim: `iss ${manifest.spec.issuer}`, path: ['spec', 'issuer'], what: 'the `iss` value' }];
    case 'A2AAgent':
      return [
        {
          claim: `a2a ${manifest.spec.agent ?? manifest.metadata.name}`,
          path: manifest.spec.agent === undefined ? ['metadata', 'name'] : ['spec', 'agent'],
          what: 'the agent',
        },
      ];
    case 'Agent':
      return manifest.spec.identities.map(({ issuer, claim, value }, index) => ({
        claim: `identity ${JSON.stringify([issuer, claim, value])}`,
        path: ['spec', 'identities', index],
        what: 'an identity',
      }));
    case 'Team':
    case 'Group':
    case 'MCPServer':
      return [];
  }
}
