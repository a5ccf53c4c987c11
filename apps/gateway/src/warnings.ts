// What the gateway tells its operator on stderr. The same words again and again (an upstream that is away, asked every
// second) are said once and then counted by the minute, so that they neither hide what else is said nor fill a disk.

const WINDOW_MS = 60_000;
/** Different texts that are remembered at a time; beyond them, nothing is held back. */
const MAX_TEXTS = 512;

interface Surroundings {
  readonly write: (line: string) => void;
  /** Runs `work` once after `ms`, without keeping the process alive. */
  readonly later: (work: () => void, ms: number) => void;
}

export interface Warnings {
  readonly tell: (text: string) => void;
  /** Says what was counted and not yet said. */
  readonly flush: () => void;
}

export function createWarnings({ write, later }: Surroundings): Warnings {
  /** How often each was said again since it was last told. */
  const again = new Map<string, number>();

  const told = (text: string): void => {
    const count = again.get(text) ?? 0;
    if (count === 0) {
      again.delete(text);
      return;
    }
    again.set(text, 0);
    write(counted(text, count));
    later(() => told(text), WINDOW_MS);
  };

  return {
    tell(text) {
      const count = again.get(text);
      if (count !== undefined) {
        again.set(text, count + 1);
        return;
      }
      write(text);
      if (again.size >= MAX_TEXTS) return;
      again.set(text, 0);
      later(() => told(text), WINDOW_MS);
    },
    flush() {
      for (const [text, count] of again) if (count > 0) write(counted(text, count));
      again.clear();
    },
  };
}

/** The first line alone: the rest, a stack mostly, was told the first time. */
function counted(text: string, count: number): string {
  const [first = ''] = text.split('\n');
  return `${first} (${count} more ${count === 1 ? 'time' : 'times'} within a minute)`;
}

const warnings = createWarnings({
  write: (line) => void process.stderr.write(`${line}\n`),
  later: (work, ms) => void setTimeout(work, ms).unref(),
});
process.once('exit', warnings.flush);

/** Tells the operator; the one way to stderr while the gateway runs. */
export const warn: (text: string) => void = warnings.tell;
