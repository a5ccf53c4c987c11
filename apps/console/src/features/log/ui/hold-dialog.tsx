// Placing a legal hold: what it keeps, in the words of a search for calls, and why.
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { text as shared } from '../../../ui/text.ts';
import { text } from '../text.ts';
import { usePlaceHold } from '../use-log.ts';

export function HoldDialog({ onClose }: { readonly onClose: () => void }) {
  const place = usePlaceHold();
  const [query, setQuery] = useState('');
  const { field, take } = useReason(neededWith(shared.reasonNeeded));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reason = take();
    if (reason === null || place.isPending) return;
    place.mutate({ query: query.trim(), reason }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={text.placeHold} description={text.holdsWhy}>
      <form onSubmit={submit} className="space-y-3 p-4">
        <label className="block font-medium">
          {text.holdQuery}
          <input
            maxLength={2048}
            value={query}
            placeholder="agent:invoice from:2026-01-01T00:00:00Z"
            onChange={({ target }) => setQuery(target.value)}
            className="field mt-1 font-mono"
          />
          <span className="font-normal text-muted">{text.holdQueryHint}</span>
        </label>
        <ReasonField {...field} label={text.reason} />
        <RefusalOf sending={place} />
        <FormActions onCancel={onClose} send={text.placeHold} isPending={place.isPending} />
      </form>
    </Dialog>
  );
}
