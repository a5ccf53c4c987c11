// Proposing to erase what is stored of a person, a call, or what a search finds. Nothing goes before somebody else agreed to it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { proposeErasure } from '../api.ts';
import { text } from '../text.ts';

const TARGETS = ['subject', 'call', 'query'] as const;
type Target = (typeof TARGETS)[number];

export function EraseDialog({ onClose }: { readonly onClose: () => void }) {
  const [target, setTarget] = useState<Target>('subject');
  const [of, setOf] = useState('');
  const [basis, setBasis] = useState('');
  const navigate = useNavigate();
  const client = useQueryClient();
  const propose = useMutation({
    mutationFn: proposeErasure,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['changes'] });
      onClose();
      await navigate({ to: '/log/privacy/$change', params: { change: id } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!propose.isPending) propose.mutate({ [target]: of.trim(), basis: basis.trim() });
  };
  return (
    <Dialog open onClose={onClose} title={text.proposeErasure} description={text.eraseWhy}>
      <form onSubmit={submit} className="space-y-3 p-4">
        <fieldset>
          <legend className="font-medium">{text.eraseWhat}</legend>
          {TARGETS.map((each) => (
            <label key={each} className="flex min-h-7 items-center gap-2">
              <input type="radio" name="target" checked={target === each} onChange={() => setTarget(each)} />
              {text.eraseTargets[each]}
            </label>
          ))}
        </fieldset>
        <label className="block font-medium">
          {text.eraseTargets[target]}
          <input
            required
            maxLength={target === 'subject' ? 512 : 2048}
            value={of}
            onChange={({ target: field }) => setOf(field.value)}
            className="field mt-1"
          />
        </label>
        <label className="block font-medium">
          {text.basis}
          <input
            required
            minLength={3}
            maxLength={2000}
            value={basis}
            onChange={({ target: field }) => setBasis(field.value)}
            className="field mt-1"
          />
        </label>
        {propose.isError && (
          <p role="alert" className="rounded-md bg-deny-soft p-2.5 wrap-anywhere">
            {propose.error.message}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {text.notNow}
          </button>
          <button type="submit" className="button button-primary" aria-disabled={propose.isPending}>
            {text.sendProposal}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
