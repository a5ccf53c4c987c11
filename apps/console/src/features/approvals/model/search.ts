// What the address of the approvals page says besides the request that is open.
export interface ApprovalsSearch {
  /** Also requests that wait no more, the newest first. */
  readonly show?: 'all';
}

export const readApprovalsSearch = ({ show }: Readonly<Record<string, unknown>>): ApprovalsSearch =>
  show === 'all' ? { show } : {};
