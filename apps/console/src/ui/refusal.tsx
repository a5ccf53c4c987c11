// What the gateway would not do, in its own words, where it was asked for.
import { Icon } from './icon.tsx';

export function Refusal({ error }: { readonly error: Error }) {
  return (
    <p role="alert" className="flex gap-1.5 text-deny wrap-anywhere">
      <Icon name="warning" className="mt-0.5" />
      {error.message}
    </p>
  );
}
