// A trust policy (C2SP tlog-policy) as this gateway would write it of itself: a beginning for whoever verifies. It proves nothing by
// coming from here, which its first lines say.
import { currentKey, isReservedName, type KeyManifest, type Trust } from '@countersign/audit';

const ABOUT = [
  'As the gateway itself says. Compare each key with what you were given in another way:',
  'whoever took the gateway over could write another file. The root key is not here for the',
  'same reason: add it as a `log` line of its own. With it, this line refuses older key manifests:',
];

/** Revoked keys are left out; those that were rotated are not, since what they signed still stands. */
export function trustText(manifest: KeyManifest, trust: Trust | null): string {
  const { origin, serial, keys } = manifest;
  const receipt = currentKey(manifest, 'receipt')?.vkey;
  const own = keys.filter(
    ({ role, vkey, revoked }) => !revoked && (role === 'checkpoint' || vkey === receipt),
  );
  const lines = [
    ...[...ABOUT, `manifest ${origin} ${serial}`].map((text) => `# ${text}`),
    ...own.map(({ vkey }) => `log ${vkey}`),
    ...(trust === null ? ['quorum none'] : witnessLines(trust)),
  ];
  return `${lines.join('\n')}\n`;
}

function witnessLines({ witnesses, groups, quorum }: Trust): readonly string[] {
  const taken = new Set(witnesses.map(({ name }) => name));
  const written = new Map<string, string>();
  for (const { name } of groups) {
    let free = /\s/.test(name) || isReservedName(name) ? 'witnesses' : name;
    while (taken.has(free)) free += '-';
    taken.add(free);
    written.set(name, free);
  }
  const named = (name: string): string => written.get(name) ?? name;
  return [
    ...witnesses.map(({ name, verifier, url }) =>
      ['witness', name, verifier.vkey, ...(url === null ? [] : [url])].join(' '),
    ),
    ...groups.map(({ name, threshold, members }) =>
      ['group', named(name), threshold, ...members.map(named)].join(' '),
    ),
    `quorum ${quorum === null ? 'none' : named(quorum)}`,
  ];
}
