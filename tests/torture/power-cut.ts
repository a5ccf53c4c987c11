// The disks that a power failure could have left: everything that was synced, and of the rest any part. A disk may have
// written later things and lost earlier ones, and half of a write.
import { dirname } from 'node:path';
import type { Change, Event } from './recorded-disk.ts';

/** Files by path. */
export type Disk = ReadonlyMap<string, Buffer>;

/** Which of the changes that no sync covers are on the disk: a number from 0 to 1 for each, the share of it that is. */
export type Survival = (change: Change, at: number, count: number) => number;

const SECTOR = 512;

/** The disk after a power failure just before event `moment`. */
export function cutAt(start: Disk, events: readonly Event[], moment: number, survives: Survival): Disk {
  const past = events.slice(0, moment);
  const changes = past.flatMap((event, at) =>
    event.does === 'sync' || event.does === 'tell' ? [] : [{ event, at }],
  );
  const unsynced = changes.filter(({ event, at }) => !isSynced(event, at, past));
  const files = new Map([...start].map(([path, bytes]) => [path, Buffer.from(bytes)]));
  for (const { event, at } of changes) {
    const place = unsynced.findIndex((one) => one.at === at);
    const share = place < 0 ? 1 : survives(event, place, unsynced.length);
    if (share > 0) apply(files, event, share);
  }
  return files;
}

function isSynced(change: Change, at: number, past: readonly Event[]): boolean {
  const inFolder = change.does === 'rename' || change.does === 'remove';
  const path = inFolder ? dirname(change.path) : change.path;
  return past.some((event) => event.does === 'sync' && event.path === path && event.began > at);
}

function apply(files: Map<string, Buffer>, change: Change, share: number): void {
  const file = files.get(change.path) ?? Buffer.alloc(0);
  switch (change.does) {
    case 'write': {
      const length =
        share === 1 ? change.bytes.length : Math.floor((change.bytes.length * share) / SECTOR) * SECTOR;
      const grown = Buffer.concat([file, Buffer.alloc(Math.max(0, change.at + length - file.length))]);
      change.bytes.copy(grown, change.at, 0, length);
      files.set(change.path, grown);
      return;
    }
    case 'resize':
      files.set(
        change.path,
        Buffer.concat([file.subarray(0, change.size), Buffer.alloc(Math.max(0, change.size - file.length))]),
      );
      return;
    case 'remove':
      files.delete(change.path);
      return;
    case 'rename':
      files.set(change.to, file);
      files.delete(change.path);
  }
}

/** What was acknowledged before a moment. */
export function toldBefore(
  events: readonly Event[],
  moment: number,
): (readonly [index: number, leaf: string])[] {
  return events.slice(0, moment).flatMap((event) => {
    if (event.does !== 'tell') return [];
    const match = /^(\d+) ([0-9a-f]{64})\n$/.exec(event.text);
    return match === null ? [] : [[Number(match[1]), String(match[2])] as const];
  });
}
