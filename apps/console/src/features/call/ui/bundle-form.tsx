// Takes the entries of a call or a chain away as a proof bundle: for auditors, with a reason, on record before it leaves.
import { useId, useState, type FormEvent } from 'react';
import { saveAs } from '../../../ui/download.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Section } from '../../../ui/section.tsx';
import type { exportBundle } from '../api.ts';
import { text } from '../text.ts';
import { useBundle } from '../use-call.ts';

export function BundleForm({ of }: { readonly of: Parameters<typeof exportBundle>[0] }) {
  const bundle = useBundle(of);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const ids = { reason: useId(), fault: useId() };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = reason.trim();
    setMissing(given === '');
    if (given === '') document.getElementById(ids.reason)?.focus();
    else if (!bundle.isPending) bundle.mutate(given, { onSuccess: ({ data, name }) => saveAs(data, name) });
  };
  return (
    <Section title={text.takeAway}>
      <p className="mb-2 text-muted">{text.bundleHolds}</p>
      <form onSubmit={submit} className="max-w-2xl space-y-2" noValidate>
        <label htmlFor={ids.reason} className="block font-medium">
          {text.bundleReason}
        </label>
        <input
          id={ids.reason}
          maxLength={2000}
          value={reason}
          aria-invalid={isMissing}
          aria-describedby={isMissing ? ids.fault : undefined}
          onChange={(event) => setReason(event.target.value)}
          className="field block"
        />
        {(isMissing || bundle.error !== null) && (
          <p id={ids.fault} role="alert" className="flex gap-1.5 text-deny wrap-anywhere">
            <Icon name="warning" className="mt-0.5" />
            {isMissing ? text.bundleNeedsReason : bundle.error?.message}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <button type="submit" className="button" aria-disabled={bundle.isPending}>
            <Icon name="download" className="size-3.5" />
            {text.bundle}
          </button>
          <span className="text-muted">{text.bundleRecorded}</span>
        </div>
        <p role="status" className="wrap-anywhere">
          {bundle.data !== undefined &&
            text.bundleTaken(bundle.data.name, bundle.data.entries, bundle.data.recordedAt)}
        </p>
      </form>
    </Section>
  );
}
