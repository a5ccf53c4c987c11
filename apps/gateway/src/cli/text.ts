// How data is shown on a terminal: names, arguments and reasons come from agents and strangers, so nothing in them may
// steer the terminal or pass for a line of ours.

/** On one line, with every control and invisible formatting character spelled out. */
export function safe(text: string): string {
  return text
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** The lines of a text that has some of its own (policies, manifests), each made safe. */
export function safeLines(text: string): string[] {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '  ').split('\n').map(safe);
}

/** `1 policy`, `2 policies`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Microseconds as people read them: `850 µs`, `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(us: number | null): string {
  if (us === null) return '–';
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${Math.round(us / 1000)} ms`;
  if (us < 60_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  const seconds = Math.round(us / 1_000_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** An RFC 3339 time in local time with its offset, or in UTC. */
export function time(iso: string | null, isUtc: boolean): string {
  if (iso === null) return '–';
  const date = new Date(iso);
  if (isUtc) return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${local} ${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}
