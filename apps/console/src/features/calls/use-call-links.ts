// Links to the calls of the list. WHY not the router's own component: each of those follows the router by itself, and is most of what a
// row costs; hundreds of rows are drawn in a second of scrolling.
import { useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useMemo } from 'react';

/** Where the id of a call goes in an address that is built for all of them. */
const ANY = 'call_any';

interface CallLinks {
  /** Where a call is opened beside what is asked for. */
  readonly hrefOf: (call: string) => string;
  /** Follows the link of a row that was clicked, within the page, unless the browser is to do something else with it. */
  readonly follow: (event: MouseEvent<HTMLElement>) => void;
}

export function useCallLinks(): CallLinks {
  const router = useRouter();
  const navigate = useNavigate();
  const asked = useLocation({ select: ({ searchStr }) => searchStr });
  const hrefOf = useMemo(() => {
    const { href } = router.buildLocation({ to: '/calls/$call', params: { call: ANY }, search: true });
    const [before = '', after = ''] = href.split(ANY);
    return (call: string) => `${before}${encodeURIComponent(call)}${after}`;
    // What is asked for is in the address, and goes along.
  }, [router, asked]);
  const follow = useCallback(
    (event: MouseEvent<HTMLElement>): void => {
      const link = event.target instanceof Element ? event.target.closest('a[data-row]') : null;
      const call = link?.getAttribute('data-row') ?? null;
      const isElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (call === null || isElsewhere || event.button !== 0 || event.defaultPrevented) return;
      event.preventDefault();
      void navigate({ to: '/calls/$call', params: { call }, search: true });
    },
    [navigate],
  );
  return { hrefOf, follow };
}
