// The keys that speak for the log, as the signed manifest has them, and a trust policy to verify with.
import type { EntryPage } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DownloadButton } from '../../../ui/download-button.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed, StateOf } from '../../../ui/state.tsx';
import { Time } from '../../time/ui/time.tsx';
import type { LogKey, LogKeys } from '../model/keys.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { useEntriesOf, useKeys } from '../use-log.ts';
import { TrustPolicy } from './trust-policy.tsx';
import { EntryLink } from './links.tsx';

export function KeysPart() {
  const keys = useKeys();
  return (
    <>
      <Section title={text.logKeys}>
        <StateOf query={keys} failed={text.keysFailed} loading={text.theKeys} />
        {keys.data !== undefined && <Manifest manifest={keys.data} />}
      </Section>
      <KeyChanges />
      <TrustPolicy />
    </>
  );
}

const TONES = { used: 'allow', ended: 'quiet', revoked: 'deny' } as const;

function Manifest({ manifest: { keys, serial, signedBy, note } }: { readonly manifest: LogKeys }) {
  return (
    <>
      <p className="mb-2 text-muted">{text.keysWhy}</p>
      <ul className="mb-3 grid gap-3 @3xl:grid-cols-2">
        {keys.map((key) => (
          <li key={key.vkey} className="rounded-md border border-line p-3">
            <KeyCard logKey={key} />
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [text.serial, count(serial)],
          [text.signedBy, signedBy.map(({ name, id }) => `${name} ${id}`).join(', ')],
          [
            text.manifest,
            <span key="note" className="flex flex-wrap items-center gap-1">
              <CopyButton value={note} what={text.theManifest} />
              <DownloadButton data={note} name="key-manifest.note" what={text.theManifest} />
            </span>,
          ],
        ]}
      />
    </>
  );
}

function KeyCard({ logKey: { role, id, vkey, from, to, state } }: { readonly logKey: LogKey }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        <strong className="font-medium">{text.roles[role]}</strong>
        <code className="font-mono text-xs">{id}</code>
        <CopyButton value={vkey} what={text.theKey} />
        <Badge sign={{ tone: TONES[state], label: text.keyStates[state] }} />
      </p>
      <p>{to === null ? text.speaksFrom(count(from)) : text.spoke(count(from), count(to))}</p>
      {state === 'revoked' && to !== null && <p className="text-deny">{text.revokedWhy(count(to))}</p>}
    </>
  );
}

/** Rotations and revocations, from the entries that record them. */
function KeyChanges() {
  const mayRead = useMay('auditor', 'admin');
  const rotated = useEntriesOf('key.rotated', mayRead);
  const revoked = useEntriesOf('key.revoked', mayRead);
  const found = [...(rotated.data ?? []), ...(revoked.data ?? [])].toSorted((a, b) => b.index - a.index);
  const failed = rotated.error ?? revoked.error;
  if (failed !== null) return <Failed what={text.keysFailed} error={failed} />;
  if (found.length === 0) return null;
  return (
    <Section title={text.keyChanges}>
      <ul>
        {found.map((entry) => (
          <li key={entry.index} className="flex flex-wrap items-baseline gap-x-2">
            <span>{entry.kind === 'key.revoked' ? text.wasRevoked : text.wasRotated}</span>
            <span>{roleIn(entry)}</span>
            <Time iso={entry.time} full />
            <EntryLink index={entry.index} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function roleIn({ body }: EntryPage['entries'][number]): string {
  const role = typeof body === 'object' && body !== null && 'role' in body ? body.role : null;
  return role === 'checkpoint' || role === 'receipt' ? text.roles[role] : String(role);
}
