// What a process did to its files, call by call with the bytes, as a tracer wrote it down: enough to make the disk that a
// power failure at any moment could have left (audit-log.md 6.2, B3).
import { readFileSync } from 'node:fs';

/** One thing done to a file. It is on the disk for sure only once a later sync of the file has returned. */
export type Change =
  | { readonly does: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly does: 'resize'; readonly path: string; readonly size: number }
  | { readonly does: 'remove'; readonly path: string }
  | { readonly does: 'rename'; readonly path: string; readonly to: string };

export type Event =
  | Change
  /** All that was done to a path before this sync began is on the disk. `path` may be a folder: of renames in it. */
  | { readonly does: 'sync'; readonly path: string; readonly began: number }
  /** The process told somebody. */
  | { readonly does: 'tell'; readonly text: string };

const RECORDED = ['openat', 'write', 'pwrite64', 'ftruncate', 'rename', 'unlink', 'fsync', 'fdatasync'];

/** Command and arguments under which a process is recorded. */
export function recording(output: string): string[] {
  return [
    'strace',
    '-f',
    '-qq',
    '-y',
    '-xx',
    '-s',
    '1000000',
    '-o',
    output,
    '-e',
    `trace=${RECORDED.join(',')}`,
  ];
}

/** The events of a record, in the order in which calls returned, of files below `folder` and of standard output. */
export function eventsIn(record: string, folder: string): Event[] {
  const events: Event[] = [];
  /** What was begun and has not returned, by thread. */
  const begun = new Map<string, { readonly call: string; readonly at: number }>();
  /** Where the next plain write to a file goes: these files are written from their beginning. */
  const ends = new Map<string, number>();
  for (const line of readFileSync(record, 'latin1').split('\n')) {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    if (rest.endsWith('<unfinished ...>')) {
      begun.set(thread, { call: rest.slice(0, -'<unfinished ...>'.length), at: events.length });
      continue;
    }
    const before = resumed === undefined ? undefined : begun.get(thread);
    const event = eventOf(
      before === undefined ? rest : before.call + resumed,
      before?.at ?? events.length,
      ends,
    );
    if (event !== null && (event.does === 'tell' || event.path.startsWith(folder))) events.push(event);
  }
  return events;
}

const CALL = /^(\w+)\((.*)\)\s+= (-?\d+)/;
const FILE = /^(\d+)<([^>]*)>/;

function eventOf(text: string, began: number, ends: Map<string, number>): Event | null {
  const [, call = '', args = '', result = '-1'] = CALL.exec(text) ?? [];
  if (Number(result) < 0) return null;
  const [, descriptor = '', name = ''] = FILE.exec(args) ?? [];
  const path = plain(name).toString();
  const strings = [...args.matchAll(/"([^"]*)"/g)].map(([, hex = '']) => plain(hex));
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = strings;
  switch (call) {
    case 'openat':
      ends.set(first.toString(), 0);
      return /O_TRUNC/.test(args) ? { does: 'resize', path: first.toString(), size: 0 } : null;
    case 'write': {
      if (descriptor === '1') return { does: 'tell', text: first.toString() };
      const at = ends.get(path) ?? 0;
      ends.set(path, at + first.length);
      return { does: 'write', path, at, bytes: first };
    }
    case 'pwrite64':
      return { does: 'write', path, at: Number(/(\d+)\s*$/.exec(args)?.[1]), bytes: first };
    case 'ftruncate':
      return { does: 'resize', path, size: Number(/(\d+)\s*$/.exec(args)?.[1]) };
    case 'rename':
      return { does: 'rename', path: first.toString(), to: second.toString() };
    case 'unlink':
      return { does: 'remove', path: first.toString() };
    case 'fsync':
    case 'fdatasync':
      return { does: 'sync', path, began };
    default:
      return null;
  }
}

function plain(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
}
