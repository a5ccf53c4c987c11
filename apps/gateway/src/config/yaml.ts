// Reads YAML that an operator wrote, strictly: duplicate keys, unknown tags, non-string keys and alias bombs are
// refused, and every path can be traced back to its line.
import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { ok, type Result } from '../errors.ts';
import { type Path, type Problem, showValue } from './problems.ts';
import { messageOf } from '../message-of.ts';

export interface YamlDocument {
  /** Position in the file, from 1. */
  readonly position: number;
  readonly value: unknown;
  /** Line, from 1, of the value at `path`, else of the nearest thing around it that exists. */
  lineOf(path: Path): number;
}

// One alias may stand for at most this many copies of nodes: an alias of aliases is a decompression bomb.
const MAX_ALIAS_COPIES = 100;
// Those that YAML allows nowhere: a file with one is none of ours.
const CONTROL = /[^\P{Cc}\t\n\r\u0085]/u;
const MAX_YAML_BYTES = 16 * 1024 * 1024;

/** The documents of one file; empty ones are left out. `source` names the file in problems. */
export function parseYaml(
  text: string,
  source: string | null,
): Result<readonly YamlDocument[], readonly Problem[]> {
  const lines = new LineCounter();
  const at = (line: number | null, document: number | null, message: string): Problem => ({
    source,
    document,
    line,
    key: '',
    message,
  });
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    return { ok: false, error: [at(null, null, `the file has more than ${MAX_YAML_BYTES} bytes: split it`)] };
  }
  const control = text.search(CONTROL);
  if (control >= 0) {
    const { length } = text.slice(0, control).split('\n');
    return { ok: false, error: [at(length, null, 'there are control characters in it: name a text file')] };
  }
  let parsed: ReturnType<typeof parseAllDocuments>;
  try {
    parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  } catch {
    return { ok: false, error: [at(null, null, 'it is nested too deeply to be read')] };
  }
  const documents: YamlDocument[] = [];
  const problems: Problem[] = [];
  for (const [index, document] of (Array.isArray(parsed) ? parsed : []).entries()) {
    const position = index + 1;
    // One slip makes the parser stumble many times: what it says after the first is about its own confusion.
    const fault = firstOf([...document.errors, ...document.warnings]);
    if (fault !== null) {
      const { line, col } = lines.linePos(fault.pos[0]);
      problems.push(at(line, position, faultText(fault, `column ${col}${excerptOf(text, lines, line)}`)));
    }
    if (document.errors.length > 0 || document.warnings.length > 0 || document.contents === null) continue;
    const lineOf = (path: Path): number => lineAt(document, path, lines);
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COPIES });
      const hostile = pathOfPrototypeKey(value, []);
      if (hostile === null) documents.push({ position, value, lineOf });
      else problems.push(at(lineOf(hostile), position, 'the key `__proto__` is not allowed: remove it'));
    } catch (error) {
      const message = messageOf(error);
      const name = /Unresolved alias.*: (\S+)/.exec(message)?.[1];
      const why =
        name === undefined
          ? 'too many aliases: write the repeated values out'
          : `nothing is marked \`&${name}\`, which \`*${name}\` refers to: mark it, or put the text in quotes`;
      problems.push(at(lineOf([]), position, why));
    }
  }
  return problems.length > 0 ? { ok: false, error: problems } : ok(documents);
}

function lineAt(document: Document, path: Path, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length--) {
    const start = startOf(document, path.slice(0, length));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

// The key's own position where there is one: of a nested value that is the line a reader looks for.
function startOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

// SECURITY: validators copy keys one by one, and `__proto__` is the one that would then set a prototype instead.
function pathOfPrototypeKey(value: unknown, path: Path): Path | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') return here;
    const inside = pathOfPrototypeKey(member, here);
    if (inside !== null) return inside;
  }
  return null;
}

type Fault = Document['errors'][number] | Document['warnings'][number];

function firstOf(faults: readonly Fault[]): Fault | null {
  return faults.reduce<Fault | null>(
    (first, fault) => (first === null || fault.pos[0] < first.pos[0] ? fault : first),
    null,
  );
}

const SECRET = /((?:token|secret|passw|key|credential|auth)[\w.-]*["']?\s*:).*/i;

/** The line as it was written; nothing where it is empty. SECURITY: not what stands behind a name of secrets. */
function excerptOf(text: string, lines: LineCounter, line: number): string {
  const start = lines.lineStarts[line - 1] ?? 0;
  const written = text.slice(start, lines.lineStarts[line] ?? text.length).trim();
  return written === '' ? '' : `, in \`${showValue(written.replace(SECRET, '$1 …'))}\``;
}

function faultText({ message }: Fault, place: string): string {
  if (message.startsWith('Maximum call stack')) return 'it is nested too deeply to be read';
  return `not valid YAML at ${place}: ${lowerFirst(message)}: correct the syntax`;
}

function lowerFirst(text: string): string {
  const line = text.split('\n', 1)[0] ?? text;
  return line.charAt(0).toLowerCase() + line.slice(1);
}
