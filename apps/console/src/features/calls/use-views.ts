// What somebody keeps of this page under a name.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteView, fetchViews, putView } from '../../api/client.ts';
import { useSending } from '../../ui/use-sending.ts';
import { text } from './text.ts';

const PAGE = '/calls';

export const useViews = () =>
  useQuery({
    queryKey: ['views'],
    queryFn: async ({ signal }) => (await fetchViews(signal)).views.filter(({ page }) => page === PAGE),
  });

export function useViewChanges() {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: ['views'] });
  return {
    save: useSending({
      mutationFn: ({ name, search }: { readonly name: string; readonly search: string }) =>
        putView(name, { page: PAGE, search }),
      notDone: ({ name }) => text.views.notSavedOf(name),
      onSettled,
    }),
    remove: useSending({ mutationFn: deleteView, notDone: text.views.notRemoved, onSettled }),
  };
}
