// What is open beside the lists, as it stands in the address: `?call=…`, `?approval=…`, `?change=…` or
// `?view=policies`. Pure: parsing and writing only. An id that is not one of ours selects nothing.

export type Selection =
  | { readonly kind: 'call'; readonly id: string }
  | { readonly kind: 'approval'; readonly id: string }
  | { readonly kind: 'change'; readonly id: string }
  | { readonly kind: 'view'; readonly id: 'policies' };

const CALL = /^call_[0-9a-f]{32}$/;
const APPROVAL = /^apr_[0-9a-f]{32}$/;
const CHANGE = /^chg_[0-9a-f]{32}$/;

export function parseSelection(search: string): Selection | null {
  const members = new URLSearchParams(search);
  const approval = members.get('approval');
  if (approval !== null && APPROVAL.test(approval)) return { kind: 'approval', id: approval };
  const change = members.get('change');
  if (change !== null && CHANGE.test(change)) return { kind: 'change', id: change };
  if (members.get('view') === 'policies') return { kind: 'view', id: 'policies' };
  const call = members.get('call');
  if (call !== null && CALL.test(call)) return { kind: 'call', id: call };
  return null;
}

/** The address of a selection, relative to the page; of the page itself for null. */
export function hrefOf(selection: Selection | null): string {
  return selection === null ? '/' : `/?${selection.kind}=${selection.id}`;
}
