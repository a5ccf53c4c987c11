// Links to what has a page of its own. Each keeps to the id it is given: what stands in it is the caller's to say.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  readonly id: string;
  readonly children: ReactNode;
  readonly className?: string;
}

export const CallLink = ({ id, children, className = '' }: Props) => (
  <Link to="/calls/$call" params={{ call: id }} className={className}>
    {children}
  </Link>
);

export const AgentLink = ({ id, children, className = '' }: Props) => (
  <Link to="/agents/$agent" params={{ agent: id }} className={className}>
    {children}
  </Link>
);

export const ServerLink = ({ id, children, className = '' }: Props) => (
  <Link to="/servers/$server" params={{ server: id }} className={className}>
    {children}
  </Link>
);

export const ChainLink = ({ id, children, className = '' }: Props) => (
  <Link to="/chains/$chain" params={{ chain: id }} className={className}>
    {children}
  </Link>
);

export const ApprovalLink = ({ id, children, className = '' }: Props) => (
  <Link to="/approvals/$approval" params={{ approval: id }} className={className}>
    {children}
  </Link>
);

export const ChangeLink = ({ id, children, className = '' }: Props) => (
  <Link to="/policies/changes/$change" params={{ change: id }} className={className}>
    {children}
  </Link>
);

export const PolicyVersionLink = ({
  version,
  children,
  className = '',
}: Omit<Props, 'id'> & { readonly version: number }) => (
  <Link to="/policies/versions/$version" params={{ version: String(version) }} className={className}>
    {children}
  </Link>
);
