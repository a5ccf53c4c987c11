// The people who decide: each with a token of their own, as `countersign users token` issues it, and the queue they see.
import type { Gateway } from '@countersign/testkit';
import { vi } from 'vitest';
import { SOON } from './soon.ts';

export interface ApprovalView {
  readonly id: string;
  readonly state: string;
  readonly call: string;
  readonly agent: string;
  readonly subject: string;
  readonly params: string;
  readonly quorum: number;
  readonly guards: readonly { readonly policy: string }[];
  readonly consumedBy: string | null;
  readonly reviews: readonly {
    readonly reviewer: string;
    readonly verdict: string;
    readonly reason: string;
  }[];
}

export interface Desk {
  /** The one pending request whose call holds `text`; waits until it is there. */
  pending(text: string): Promise<ApprovalView>;
  show(id: string): Promise<ApprovalView>;
  /** How many requests, in whatever state, hold `text`. */
  count(text: string): Promise<number>;
  /** A verdict by the person with this address; the status and the body of the answer. */
  review(id: string, verdict: 'approve' | 'reject', by: string, reason?: string): Promise<Reviewed>;
}

export interface Reviewed {
  readonly status: number;
  readonly body: { readonly state?: string; readonly error?: { readonly code: string } };
}

export function openDesk(gateway: Gateway, adminToken: string): Desk {
  const tokens = new Map<string, Promise<string>>([['admin', Promise.resolve(adminToken)]]);
  const api = `${gateway.admin}/api/v1/approvals`;

  async function issue(name: string): Promise<string> {
    const { code, stdout, stderr } = await gateway.cli('users', 'token', `${name}@example.com`, '--json');
    if (code !== 0) throw new Error(`users token: ${stderr}`);
    return (JSON.parse(stdout) as { token: string }).token;
  }
  function tokenOf(name: string): Promise<string> {
    const known = tokens.get(name) ?? issue(name);
    tokens.set(name, known);
    return known;
  }
  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`${api}${path}`, { headers: { authorization: `Bearer ${adminToken}` } });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  async function holding(text: string): Promise<readonly ApprovalView[]> {
    const { approvals } = await get<{ approvals: readonly ApprovalView[] }>('?limit=200');
    return approvals.filter(({ params }) => params.includes(text));
  }
  return {
    async pending(text) {
      const only = async () => {
        const found = (await holding(text)).filter(({ state }) => state === 'pending');
        return found.length === 1 && found[0];
      };
      return vi.waitUntil(only, SOON);
    },
    show: (id) => get<ApprovalView>(`/${id}`),
    count: async (text) => (await holding(text)).length,
    async review(id, verdict, by, reason = 'looked at it') {
      const response = await fetch(`${api}/${id}/reviews`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenOf(by)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ verdict, reason }),
      });
      return { status: response.status, body: (await response.json()) as Reviewed['body'] };
    },
  };
}
