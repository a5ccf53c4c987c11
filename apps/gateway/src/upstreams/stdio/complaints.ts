// What a process says on stderr, for the operator: line by line, bounded in length and rate, printable, and without the values
// that it was given to keep secret.

export interface Complaints {
  /** Takes the next bytes. */
  readonly push: (chunk: Uint8Array) => void;
  readonly end: () => void;
}

export interface ComplaintOptions {
  readonly server: string;
  /** Values that must not be told. */
  readonly secrets: readonly string[];
  readonly tell: (message: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

const MAX_CHARACTERS = 400;
const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 20;
/** A shorter value would take words out of every text. */
const SHORTEST_SECRET = 4;

export function createComplaints(options: ComplaintOptions): Complaints {
  const { server, tell, now = () => performance.now() } = options;
  // The longest first: one may be a part of another.
  const secrets = options.secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  const longest = Math.max(0, ...secrets.map((secret) => secret.length));
  const kept = MAX_CHARACTERS + longest;
  const decoder = new TextDecoder();
  let line = '';
  let isCut = false;
  let windowStart = -Infinity;
  let told = 0;
  let held = 0;

  function say(): void {
    const text = shown(line, secrets, isCut);
    line = '';
    isCut = false;
    if (text === '') return;
    const at = now();
    if (at - windowStart >= WINDOW_MS) {
      tellHeld();
      windowStart = at;
      told = 0;
    }
    if (told >= LINES_PER_WINDOW) {
      held += 1;
      return;
    }
    told += 1;
    tell(`server \`${server}\` says: ${text}`);
  }

  function tellHeld(): void {
    if (held > 0) tell(`server \`${server}\` says ${held} more lines, which are not shown`);
    held = 0;
  }

  function add(text: string): void {
    const room = kept - line.length;
    if (text.length > room) isCut = true;
    line += text.slice(0, room);
  }

  return {
    push(chunk) {
      const texts = decoder.decode(chunk, { stream: true }).split('\n');
      for (const [index, text] of texts.entries()) {
        add(text);
        if (index < texts.length - 1) say();
      }
    },
    end() {
      say();
      tellHeld();
    },
  };
}

function shown(line: string, secrets: readonly string[], isCut: boolean): string {
  let text = line;
  for (const secret of secrets) text = text.replaceAll(secret, '(secret)');
  // What is cut off may have been the rest of a secret, of which only the beginning is still here.
  const isLong = isCut || text.length > MAX_CHARACTERS;
  const plain = text.slice(0, MAX_CHARACTERS).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return isLong ? `${plain.trim()} …` : plain.trim();
}
