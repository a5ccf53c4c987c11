// What the gateway would not do, in its own words, where it was asked for.
import { Icon } from './icon.tsx';
import { type Place, usePlaceOf } from './use-sending.ts';

export function Refusal({ error }: { readonly error: Error }) {
  return (
    <p role="alert" className="flex gap-1.5 text-deny wrap-anywhere">
      <Icon name="warning" className="mt-0.5" />
      {error.message}
    </p>
  );
}

interface Of {
  readonly sending: { readonly error: Error | null; readonly place: Place };
}

/** The same of what is sent from here: stands in the form from the beginning, so that it is known whether somebody is told. */
export function RefusalOf({ sending }: Of) {
  usePlaceOf(sending);
  return sending.error !== null && <Refusal error={sending.error} />;
}
