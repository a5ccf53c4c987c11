// What somebody keeps of this page under a name.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteView, fetchViews, putView } from '../../api/client.ts';

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
    save: useMutation({
      mutationFn: ({ name, search }: { readonly name: string; readonly search: string }) =>
        putView(name, { page: PAGE, search }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: deleteView, onSettled }),
  };
}
