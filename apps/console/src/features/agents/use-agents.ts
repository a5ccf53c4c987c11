// Agents as they are registered, used and stopped. What changes one of them makes all that is shown of them old.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
  return useMutation({
    mutationFn: ({ isRelease, reason }: { readonly isRelease: boolean; readonly reason: string }) =>
      isRelease ? postRelease(name, reason) : postQuarantine(name, reason),
    onSettled: () => client.invalidateQueries({ queryKey: ['agents'] }),
  });
}

export function useApply() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ manifests, message }: { readonly manifests: string; readonly message: string }) =>
      postManifests(manifests, message),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['agents'] });
      await client.invalidateQueries({ queryKey: ['changes'] });
    },
  });
}
