// The field for a reason: what is done only with one asks for it here, and says at the field what is missing.
import { useId, useState } from 'react';
import { Icon } from './icon.tsx';

/** As long as the gateway takes. */
const MAX_LENGTH = 2000;

interface Reason {
  readonly id: string;
  readonly value: string;
  /** Why it will not do as it is; null while nobody has tried, or when it will. */
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
}

/**
 * A reason while it is written. `take` gives it without the blanks around it or, where `faultOf` finds a fault in it, null: then
 * the field says so and has the focus.
 */
export function useReason(faultOf: (reason: string) => string | null): {
  readonly field: Reason;
  readonly take: () => string | null;
} {
  const id = useId();
  const [value, setValue] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const onChange = (changed: string): void => {
    setValue(changed);
    setFault(null);
  };
  const take = (): string | null => {
    const given = value.trim();
    const found = faultOf(given);
    setFault(found);
    if (found === null) return given;
    document.getElementById(id)?.focus();
    return null;
  };
  return { field: { id, value, fault, onChange }, take };
}

/** Fault of a reason that was left out. */
export const neededWith = (fault: string) => (reason: string) => (reason === '' ? fault : null);

interface Props extends Reason {
  readonly label: string;
  /** Whether it must be given, beside the label. */
  readonly need?: string;
  readonly rows?: number;
}

export function ReasonField({ id, value, fault, onChange, label, need, rows }: Props) {
  const faultId = useId();
  const props = {
    id,
    value,
    maxLength: MAX_LENGTH,
    'aria-invalid': fault !== null,
    'aria-describedby': fault === null ? undefined : faultId,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onChange(target.value),
  };
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
        {need !== undefined && <span className="font-normal text-muted"> {need}</span>}
      </label>
      {rows === undefined ? (
        <input {...props} className="field block" />
      ) : (
        <textarea {...props} rows={rows} className="field block resize-y" />
      )}
      {fault !== null && (
        <p id={faultId} role="alert" className="flex gap-1.5 text-deny">
          <Icon name="warning" className="mt-0.5" />
          {fault}
        </p>
      )}
    </div>
  );
}
