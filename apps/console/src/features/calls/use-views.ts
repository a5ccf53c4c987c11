// What somebody keeps of this page under a name.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteView, fetchViews, putView } from '../../api/client.ts';
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
    mutationFn: ({ name, search }: { readonly name: string; readonly search: string }) =>
      putView(name, { page: PAGE, search }),
    notDone: ({ name }) => text.views.notSavedOf(name),
    onSettled: () => reload(client),
  });
}

/** Of one view: what comes of another is not told by the same. */
export function useDeleteView(name: string) {
  const client = useQueryClient();
  return useSending({
    mutationFn: () => deleteView(name),
    notDone: () => text.views.notRemoved(name),
    onSettled: () => reload(client),
  });
}
