// The id of a policy that is in force, which leads to its text among the files that it stands in.
import { Link } from '@tanstack/react-router';
import { usePolicies } from '../use-policies.ts';

export function PolicyInForce({ id }: { readonly id: string }) {
  const version = usePolicies().data?.active?.version ?? null;
  const look = 'font-mono text-xs';
  if (version === null) return <span className={`${look} text-ink`}>{id}</span>;
  return (
    <Link
      to="/policies/versions/$version"
      params={{ version: String(version) }}
      search={{ tab: 'files', policy: id }}
      className={`${look} underline`}
    >
      {id}
    </Link>
  );
}
