// What the quickstart asks of the admin API (`/api/v1`), as anybody with a token could.

export type CallRow = {
  readonly id: string;
  readonly chain: string;
  readonly agent: string | null;
  readonly resource: string | null;
  readonly operation: string;
  readonly decision: 'allow' | 'deny' | 'hold';
  readonly reason: string;
  readonly sentence: string | null;
  readonly approval: string | null;
  readonly state: string;
};

export type ApprovalRow = {
  readonly id: string;
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'consumed';
  readonly agent: string;
  readonly resource: string;
  readonly params: string;
};

type Hop = { readonly level: number; readonly call: CallRow };

export type Admin = {
  call(id: string): Promise<CallRow>;
  calls(filter: Readonly<Record<string, string>>): Promise<CallRow[]>;
  chain(id: string): Promise<readonly Hop[]>;
  approval(id: string): Promise<ApprovalRow>;
  approvals(state?: ApprovalRow['state']): Promise<readonly ApprovalRow[]>;
  /** Gives a verdict as the person whose token this is. */
  review(approval: string, verdict: 'approve' | 'reject', reason: string, token: string): Promise<void>;
  logSize(): Promise<number>;
};

/** Speaks to the admin plane at `base`. Errors: each method throws what the API answered. */
export function adminClient(base: string, adminToken: string): Admin {
  const request = async (path: string, token: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${base}/api/v1/${path}`, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`the admin API answered ${response.status} to \`${path}\`: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  const get = <T>(path: string): Promise<T> => request(path, adminToken) as Promise<T>;
  return {
    call: async (id) => (await get<{ call: CallRow }>(`calls/${id}`)).call,
    calls: async (filter) => {
      const rows: CallRow[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({
          ...filter,
          limit: '100',
          ...(cursor === null ? {} : { cursor }),
        });
        const page: { calls: readonly CallRow[]; nextCursor: string | null } = await get(
          `calls?${query.toString()}`,
        );
        rows.push(...page.calls);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return rows;
    },
    chain: async (id) => (await get<{ hops: readonly Hop[] }>(`chains/${id}`)).hops,
    approval: (id) => get(`approvals/${id}`),
    approvals: async (state) => {
      const query = state === undefined ? '' : `?state=${state}`;
      return (await get<{ approvals: readonly ApprovalRow[] }>(`approvals${query}`)).approvals;
    },
    review: async (approval, verdict, reason, token) => {
      const body = JSON.stringify({ verdict, reason });
      await request(`approvals/${approval}/reviews`, token, { method: 'POST', body });
    },
    logSize: async () => (await get<{ size: number }>('log')).size,
  };
}
