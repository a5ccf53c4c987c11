// An append-only JSON-lines file for effects in the world (payments made, mails sent), so that tests can count what
// really happened. Each line is on disk (fsync) before the tool answers: a crash of anything cannot hide an effect.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export type Effect = Readonly<Record<string, unknown>>;

type Ledger = { readonly path: string; append(effect: Effect): void };

/** Opens `path` for appending and creates it if it is not there. */
export function openLedger(path: string): Ledger {
  closeSync(openSync(path, 'a', 0o600));
  return {
    path,
    append: (effect) => {
      const file = openSync(path, 'a');
      try {
        writeSync(file, `${JSON.stringify(effect)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** All effects in order; an unfinished last line (a crash in the middle of a write) is not an effect. */
export function readLedger<T extends Effect = Effect>(path: string): T[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as T);
}
