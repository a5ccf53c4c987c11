// The name of a file of a draft: of a new one, or another one for one that there is.
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../agents/ui/field.tsx';
import { type Draft, nameFault } from '../model/draft.ts';
import { text } from '../text.ts';

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly draft: Draft;
  /** The name that it has; null for a new file. */
  readonly now: string | null;
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}

export function FileName({ open, title, draft, now, onClose, onName }: Props) {
  const [name, setName] = useState(now ?? '.cedar');
  const [isTried, setTried] = useState(false);
  const fault = nameFault(draft, name, now);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault === null) onName(name);
  };
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <form onSubmit={submit} noValidate className="space-y-3 p-4">
        <Field
          label={text.name}
          hint={text.nameHint}
          value={name}
          fault={isTried && fault !== null ? text.nameFaults[fault] : null}
          onChange={setName}
        />
        <div className="flex justify-end gap-2">
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button button-primary">
            {text.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
