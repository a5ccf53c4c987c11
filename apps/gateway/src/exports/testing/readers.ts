// Readers of formats, written from their specifications and knowing nothing of the writers: what tests hold exports
// against. For tests only.

/** RFC 4180: records of cells. Throws for what it does not allow. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        at += 1;
        for (;;) {
          if (at >= text.length) throw new Error('an open quote');
          if (text[at] === '"' && text[at + 1] === '"') {
            cell += '"';
            at += 2;
          } else if (text[at] === '"') {
            at += 1;
            break;
          } else {
            cell += text[at];
            at += 1;
          }
        }
      } else {
        while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
          if (text[at] === '"' || text[at] === '\n') throw new Error(`a stray ${JSON.stringify(text[at])}`);
          cell += text[at];
          at += 1;
        }
      }
      record.push(cell);
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error('a record that does not end with CRLF');
    at += 2;
    records.push(record);
  }
  return records;
}

/** The seven header fields and the extension of a CEF:0 event, unescaped. Throws for an escape that does not exist. */
export function parseCef(line: string): {
  readonly header: string[];
  readonly extension: Map<string, string>;
} {
  const header: string[] = [];
  let field = '';
  let at = 0;
  while (header.length < 7) {
    if (at >= line.length) throw new Error('a header of too few fields');
    if (line[at] === '\\') {
      const next = line[at + 1];
      if (next !== '\\' && next !== '|') throw new Error(`no escape in a header: \\${next}`);
      field += next;
      at += 2;
    } else if (line[at] === '|') {
      header.push(field);
      field = '';
      at += 1;
    } else {
      field += line[at];
      at += 1;
    }
  }
  const extension = new Map<string, string>();
  const rest = line.slice(at);
  // A key is a word before an equals sign that no backslash stands before.
  const keys = [...rest.matchAll(/(?:^| )([A-Za-z0-9]+)=/g)].filter((match) => {
    const sign = (match.index ?? 0) + match[0].length - 1;
    let slashes = 0;
    while (rest[sign - 1 - slashes] === '\\') slashes += 1;
    return slashes % 2 === 0;
  });
  for (const [position, match] of keys.entries()) {
    const start = (match.index ?? 0) + match[0].length;
    const value = rest.slice(start, keys[position + 1]?.index ?? rest.length);
    const key = match[1] ?? '';
    if (extension.has(key)) throw new Error(`the key ${key} twice`);
    extension.set(key, unescapeExtension(value));
  }
  return { header, extension };
}

function unescapeExtension(value: string): string {
  if (/(?<!\\)(?:\\\\)*=/.test(value)) throw new Error(`a bare equals sign in ${value}`);
  return value.replaceAll(/\\(.)/g, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === 'r') return '\r';
    if (escaped === '\\' || escaped === '=') return escaped;
    throw new Error(`no escape in an extension: \\${escaped}`);
  });
}

export interface SyslogMessage {
  readonly priority: number;
  readonly timestamp: string;
  readonly host: string;
  readonly app: string;
  readonly process: string;
  readonly id: string;
  readonly text: string;
}

/** RFC 5424. Throws for what its grammar does not allow. */
export function parseSyslog(message: string): SyslogMessage {
  const match =
    /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([\x21-\x7E]{1,255}) ([\x21-\x7E]{1,48}) ([\x21-\x7E]{1,128}) ([\x21-\x7E]{1,32}) - (.*)$/s.exec(
      message,
    );
  if (match === null) throw new Error(`no RFC 5424 message: ${message.slice(0, 100)}`);
  const [, priority = '', timestamp = '', host = '', app = '', process = '', id = '', text = ''] = match;
  if (Number(priority) > 191) throw new Error('a priority beyond 191');
  return { priority: Number(priority), timestamp, host, app, process, id, text };
}

/** Whole octet-counted frames (RFC 6587 section 3.4.1) at the start of `bytes`, and what is left. */
export function parseFrames(bytes: Buffer): { readonly messages: string[]; readonly rest: Buffer } {
  const messages: string[] = [];
  let rest = bytes;
  for (;;) {
    const space = rest.indexOf(0x20);
    if (space < 0) return { messages, rest };
    const digits = rest.subarray(0, space).toString('ascii');
    if (!/^[1-9]\d{0,9}$/.test(digits)) throw new Error(`no octet count: ${digits.slice(0, 40)}`);
    const end = space + 1 + Number(digits);
    if (rest.length < end) return { messages, rest };
    messages.push(rest.subarray(space + 1, end).toString('utf8'));
    rest = rest.subarray(end);
  }
}
