// The way on in a list that is longer than what is shown.
import { text } from '../text.ts';

interface Props {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
  readonly archivedTo?: number | undefined;
}

export function More({ list, archivedTo = 0 }: Props) {
  if (list.hasNextPage)
    return (
      <button
        type="button"
        className="button mt-3"
        aria-disabled={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {list.isFetchingNextPage ? text.fetchingOlder : text.older}
      </button>
    );
  return archivedTo === 0 ? null : <p className="mt-3 text-muted">{text.archivedBefore(archivedTo)}</p>;
}
