// One line of a form: its name, what belongs in it, and what is wrong with it.
import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly fault?: string | null;
  readonly readOnly?: boolean;
  /** Id of a `datalist` with what is known. */
  readonly list?: string;
  readonly onChange: (value: string) => void;
}

export function Field({ label, hint = '', value, fault = null, readOnly = false, list, onChange }: Props) {
  const ids = { field: useId(), hint: useId() };
  const said = fault ?? hint;
  return (
    <div className="space-y-1">
      <label htmlFor={ids.field} className="font-medium">
        {label}
      </label>
      <input
        id={ids.field}
        value={value}
        readOnly={readOnly}
        list={list}
        maxLength={2000}
        autoComplete="off"
        aria-invalid={fault !== null}
        aria-describedby={said === '' ? undefined : ids.hint}
        onChange={(event) => onChange(event.target.value)}
        className={`field ${readOnly ? 'bg-sunken' : ''}`}
      />
      {said !== '' && (
        <p id={ids.hint} className={fault === null ? 'text-muted' : 'text-deny'}>
          {said}
        </p>
      )}
    </div>
  );
}
