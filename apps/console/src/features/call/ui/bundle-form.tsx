// Takes the entries of a call or a chain away as a proof bundle: for auditors, with a reason, on record before it leaves.
import type { FormEvent } from 'react';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { Section } from '../../../ui/section.tsx';
import type { exportBundle } from '../api.ts';
import { text } from '../text.ts';
import { useBundle } from '../use-call.ts';

export function BundleForm({ of }: { readonly of: Parameters<typeof exportBundle>[0] }) {
  const bundle = useBundle(of);
  const { field, take } = useReason(neededWith(text.bundleNeedsReason));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = take();
    if (reason === null || bundle.isPending) return;
    bundle.mutate(reason);
  };
  return (
    <Section title={text.takeAway}>
      <p className="mb-2 text-muted">{text.bundleHolds}</p>
      <form onSubmit={submit} className="max-w-2xl space-y-2" noValidate>
        <ReasonField {...field} label={text.bundleReason} />
        <RefusalOf sending={bundle} />
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
