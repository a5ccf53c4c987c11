// Addresses that were given out before every page had one of its own: `/?call=…`, `/?approval=…`, `/?change=…` and
// `/?view=policies`. An id that is not one of ours leads nowhere.

const PAGES = [
  ['approval', /^apr_[0-9a-f]{32}$/, '/approvals/'],
  ['change', /^chg_[0-9a-f]{32}$/, '/policies/changes/'],
  ['call', /^call_[0-9a-f]{32}$/, '/calls/'],
] as const;

/** The path that `search` means now; null when it means none. */
export function parseOldAddress(search: string): string | null {
  const members = new URLSearchParams(search);
  for (const [name, form, path] of PAGES) {
    const id = members.get(name);
    if (id !== null && form.test(id)) return `${path}${id}`;
  }
  return members.get('view') === 'policies' ? '/policies' : null;
}
