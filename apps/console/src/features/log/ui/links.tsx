// Links to what the log's page has addresses for.
import { Link } from '@tanstack/react-router';

export const EntryLink = ({ index }: { readonly index: number }) => (
  <Link to="/log/entries/$index" params={{ index: String(index) }} className="tabular-nums">
    {`entry ${index}`}
  </Link>
);

/** To the change that was agreed to. */
export const ErasureLink = ({ id }: { readonly id: string }) => (
  <Link to="/log/privacy/$change" params={{ change: id }} className="font-mono text-xs wrap-anywhere">
    {id}
  </Link>
);
