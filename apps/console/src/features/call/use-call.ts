// One call, its chain, the calls that led to it, and its proofs. The live stream says when either has changed.
import { keepPreviousData, useMutation, useQueries, useQuery } from '@tanstack/react-query';
import { fetchCall, fetchChain, revealCall } from '../../api/client.ts';
import type { CallDetail } from '../../api/types.ts';
import { saveAs } from '../../ui/download.ts';
import { useSending } from '../../ui/use-sending.ts';
import { exportBundle, fetchKeyManifest, fetchProofs } from './api.ts';
import {
  checkCheckpoint,
  type CheckpointCheck,
  checkHeader,
  checkInclusion,
  type EntryCheck,
} from './model/proof.ts';
import { text } from './text.ts';

/** Checkpoints are signed about once in a second. */
const NEXT_CHECKPOINT_MS = 1500;

const callQuery = (id: string) =>
  ({
    queryKey: ['call', id],
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchCall(id, signal),
  }) as const;

export const useCall = (id: string) => useQuery(callQuery(id));

export const useChain = (id: string) =>
  useQuery({ queryKey: ['chain', id], queryFn: ({ signal }) => fetchChain(id, signal) });

/** Several calls in full, in the order asked for; what could not be loaded is left out. */
export const useCalls = (ids: readonly string[]) =>
  useQueries({
    queries: ids.map(callQuery),
    combine: (queries) => ({
      details: queries.flatMap(({ data }) => data ?? []),
      isPending: queries.some(({ isPending }) => isPending),
      isError: queries.some(({ isError }) => isError),
    }),
  });

/** Kept nowhere but in the view that asked: leaving the call forgets what was revealed. */
export const useReveal = (id: string) =>
  useMutation({ mutationFn: (reason: string) => revealCall(id, reason), gcTime: 0 });

export interface Proofs {
  readonly entries: readonly (EntryCheck & { readonly text: string | null })[];
  readonly checkpoint: CheckpointCheck | null;
  /** Every entry is covered by the checkpoint. */
  readonly isWhole: boolean;
}

/** Proofs of all entries toward the newest checkpoint, checked here. Asks again until there is one that covers them all. */
export const useProofs = (call: string, entries: CallDetail['entries'], isEnabled: boolean) =>
  useQuery({
    queryKey: ['proofs', call, entries.map(({ leaf }) => leaf).join(' ')],
    queryFn: ({ signal }) => loadProofs(call, entries, signal),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data?.isWhole === false ? NEXT_CHECKPOINT_MS : false),
  });

async function loadProofs(
  call: string,
  entries: CallDetail['entries'],
  signal: AbortSignal,
): Promise<Proofs> {
  const [{ checkpoint, proofs }, manifest] = await Promise.all([
    fetchProofs(call, signal),
    // Without the keys everything but the signature can be checked.
    fetchKeyManifest(signal).catch(() => null),
  ]);
  const checked = entries.map((entry): Proofs['entries'][number] => {
    const proof = proofs.find(({ index }) => index === entry.index);
    return {
      index: entry.index,
      header: checkHeader(entry),
      inclusion: proof === undefined ? 'unknown' : checkInclusion(entry, { proof: proof.proof, checkpoint }),
      text: proof?.text ?? null,
    };
  });
  return {
    entries: checked,
    checkpoint: checkpoint === null ? null : await checkCheckpoint(checkpoint, manifest),
    isWhole: checked.every(({ inclusion }) => inclusion !== 'unknown'),
  };
}

export const useBundle = (of: Parameters<typeof exportBundle>[0]) =>
  useSending({
    mutationFn: (reason: string) => exportBundle(of, reason),
    notDone: () => text.bundleNotTaken,
    gcTime: 0,
    // Here: that it was taken is on record, so it is saved also if the form is gone by then.
    onSuccess: ({ data, name }) => saveAs(data, name),
  });
