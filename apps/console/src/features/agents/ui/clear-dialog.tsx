// Proposing to clear what an agent has seen, before its window ends: which labels, of whom, and why. Nothing is cleared before
// somebody else agreed to it.
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type FormEvent } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { FormActions } from '../../../ui/form-actions.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { RefusalOf } from '../../../ui/refusal.tsx';
import { text as shared } from '../../../ui/text.ts';
import { text } from '../exposure-text.ts';
import {
  clearedBy,
  type Exposure,
  labelsOf,
  MOST_NAMED,
  ofPeople,
  peopleWith,
  stillOffered,
} from '../model/exposures.ts';
import { useClearExposure } from '../use-exposures.ts';

interface Props {
  readonly name: string;
  readonly exposures: readonly Exposure[];
  readonly onClose: () => void;
}

export function ClearDialog({ name, exposures, onClose }: Props) {
  const offered = labelsOf(exposures);
  const [ticked, setLabels] = useState<readonly string[]>(offered.length === 1 ? offered : []);
  const labels = stillOffered(exposures, ticked);
  const people = peopleWith(exposures, labels).length;
  const [isOfPeople, setOfPeople] = useState(false);
  const [isTried, setTried] = useState(false);
  const fault = useId();
  const { field, take } = useReason(neededWith(shared.reasonNeeded));
  const navigate = useNavigate();
  const clear = useClearExposure(name);
  const isMissing = isTried && labels.length === 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    const message = take();
    if (message === null || labels.length === 0 || clear.isPending) return;
    clear.mutate(
      { ...clearedBy(name, exposures, { labels, isOfPeople }), message },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate({ to: '/policies/changes/$change', params: { change: id } });
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={text.dialog(name)} description={text.effect}>
      <form onSubmit={submit} noValidate className="space-y-3 p-4">
        <fieldset aria-describedby={isMissing ? fault : undefined}>
          <legend className="font-medium">{text.labels}</legend>
          {offered.map((label) => (
            <label key={label} className="flex min-h-7 items-center gap-2 wrap-anywhere">
              <input
                type="checkbox"
                checked={labels.includes(label)}
                onChange={({ target }) =>
                  setLabels(target.checked ? [...labels, label] : labels.filter((each) => each !== label))
                }
                className="size-4 flex-none accent-accent"
              />
              {label}
            </label>
          ))}
          {isMissing && (
            <p id={fault} role="alert" className="flex gap-1.5 text-deny">
              <Icon name="warning" className="mt-0.5" />
              {text.labelNeeded}
            </p>
          )}
        </fieldset>
        {ofPeople(exposures).length > 0 && (
          <label className="flex min-h-7 items-center gap-2">
            <input
              type="checkbox"
              checked={isOfPeople}
              onChange={({ target }) => setOfPeople(target.checked)}
              className="size-4 flex-none accent-accent"
            />
            {text.ofPeople}
          </label>
        )}
        {isOfPeople && people > MOST_NAMED && (
          <p role="status" className="flex gap-1.5 text-muted">
            <Icon name="warning" className="mt-0.5" />
            {text.notAllPeople(MOST_NAMED, people)}
          </p>
        )}
        <ReasonField {...field} label={shared.reason} need={shared.required} rows={2} />
        <RefusalOf sending={clear} />
        <FormActions onCancel={onClose} send={text.send} isPending={clear.isPending} />
      </form>
    </Dialog>
  );
}
