// Agents as they are registered, used and stopped. What changes one of them makes all that is shown of them old, and tells what
// came of it here: whoever asked may be elsewhere by then.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useToast } from '../../ui/toast.tsx';
import { useSending } from '../../ui/use-sending.ts';
import { setGatewayTime } from '../time/clock.ts';
import {
  fetchAgent,
  fetchInventory,
  fetchPermissions,
  fetchUnregistered,
  fetchUsers,
  postManifests,
  postQuarantine,
  postRelease,
} from './api.ts';
import { text } from './text.ts';

const REFRESH_MS = 15_000;

export const useInventory = () =>
  useQuery({
    queryKey: ['agents'],
    refetchInterval: REFRESH_MS,
    queryFn: async ({ signal }) => {
      const inventory = await fetchInventory(signal);
      setGatewayTime(inventory.now);
      return inventory;
    },
  });

export const useUnregistered = () =>
  useQuery({
    queryKey: ['agents', 'unregistered'],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => fetchUnregistered(signal),
  });

export const useAgent = (name: string) =>
  useQuery({ queryKey: ['agents', 'one', name], queryFn: ({ signal }) => fetchAgent(name, signal) });

export const usePermissions = (name: string) =>
  useQuery({
    queryKey: ['agents', 'permissions', name],
    queryFn: ({ signal }) => fetchPermissions(name, signal),
  });

export const useUsers = () => useQuery({ queryKey: ['users'], queryFn: ({ signal }) => fetchUsers(signal) });

export function useStop(name: string) {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: ({ isRelease, reason }: { readonly isRelease: boolean; readonly reason: string }) =>
      isRelease ? postRelease(name, reason) : postQuarantine(name, reason),
    notDone: ({ isRelease }) => (isRelease ? text.notReleased(name) : text.notQuarantined(name)),
    onSuccess: ({ change }, { isRelease }) => {
      if (change !== null) toast.done(text.proposed);
      else toast.done(isRelease ? text.released(name) : text.quarantined(name));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['agents'] }),
  });
}

interface Manifest {
  /** The agent's. */
  readonly name: string;
  readonly manifests: string;
  readonly message: string;
}

export function useApply() {
  const client = useQueryClient();
  const toast = useToast();
  return useSending({
    mutationFn: ({ manifests, message }: Manifest) => postManifests(manifests, message),
    notDone: ({ name }) => text.notSavedOf(name),
    onSuccess: async ({ change }, { name }) => {
      toast.done(change === null ? text.saved(name) : text.proposed);
      await client.invalidateQueries({ queryKey: ['agents'] });
      await client.invalidateQueries({ queryKey: ['changes'] });
    },
  });
}
