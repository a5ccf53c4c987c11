// Placing a legal hold: what it keeps, in the words of a search for calls, and why.
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { text } from '../text.ts';
import { usePlaceHold } from '../use-log.ts';

export function HoldDialog({ onClose }: { readonly onClose: () => void }) {
  const place = usePlaceHold();
  const toast = useToast();
  const [query, setQuery] = useState('');
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (place.isPending) return;
    place.mutate(
      { query: query.trim(), reason: reason.trim() },
      {
        onSuccess: () => {
          toast.done(text.holdDone);
          onClose();
        },
      },
    );
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
        <label className="block font-medium">
          {text.reason}
          <input
            required
            maxLength={2000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            className="field mt-1"
          />
        </label>
        {place.isError && (
          <p role="alert" className="rounded-md bg-deny-soft p-2.5 wrap-anywhere">
            {place.error.message}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {text.notNow}
          </button>
          <button type="submit" className="button button-primary" aria-disabled={place.isPending}>
            {text.placeHold}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
