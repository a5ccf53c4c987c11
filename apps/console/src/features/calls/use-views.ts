// What somebody keeps of this page under a name, and what others share.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteView, fetchViews, putView } from '../../api/client.ts';
import type { SavedView } from '../../api/types.ts';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './text.ts';

const PAGE = '/calls';

export const useViews = () =>
  useQuery({
    queryKey: ['views'],
    queryFn: async ({ signal }) => (await fetchViews(signal)).views.filter(({ page }) => page === PAGE),
  });

const reload = (client: QueryClient) => client.invalidateQueries({ queryKey: ['views'] });

export function useSaveView() {
  const client = useQueryClient();
  return useSending({
    mutationFn: ({ name, ...view }: Pick<SavedView, 'name' | 'search' | 'shared'>) =>
      putView(name, { page: PAGE, ...view }),
    notDone: ({ name }) => text.views.notSavedOf(name),
    onSettled: () => reload(client),
  });
}

/** Of one view: what comes of another is not told by the same. */
export function useDeleteView({ owner, name }: Pick<SavedView, 'owner' | 'name'>) {
  const client = useQueryClient();
  return useSending({
    mutationFn: () => deleteView({ owner, name }),
    notDone: () => text.views.notRemoved(name),
    onSettled: () => reload(client),
  });
}
