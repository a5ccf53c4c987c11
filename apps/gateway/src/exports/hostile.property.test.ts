import * as fc from 'fast-check';
import { generateNoteKey, importNoteSigner } from '@countersign/audit';
import { expect, test } from 'vitest';
import { CSV_COLUMNS } from './csv.ts';
import { CEF_KEYS } from './cef.ts';
import { EXPORT_FORMATS } from './formats.ts';
import { ocsfFaults } from './testing/ocsf-validator.ts';
import { parseCef, parseCsv } from './testing/readers.ts';
import { each, type Story, tellStory, written } from './testing/story.ts';

// Whatever a terminal, a viewer or a splitter of lines acts upon, besides the end of the line itself.
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/u;

const NASTY = [
  '=HYPERLINK("http://evil.example","click")',
  '+cmd|/c calc',
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '\r\n=1',
  'a|b|c',
  'k=v k2=v2',
  'back\\slash\\',
  'two\nlines',
  'two\r\nlines',
  'act=allow msg=forged',
  '\u001B[31mred\u001B[0m',
  '\u001B]0;title\u0007',
  '\u202Eevil\u202C',
  '\u2066isolate\u2069',
  '\u2028\u2029\u0085',
  '\u0000nul',
  '\u007F\u009B31m',
  '\uFEFFbom',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  ']]></style></svg><script>',
  '\uD800',
  '\uDC00x',
  'x\uD83D',
  '"quoted","cells"',
  '\\u0000',
  '__proto__',
  'constructor',
];

const said = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...NASTY), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

const skey = (await generateNoteKey('receipts.example.com')).skey;

async function exported(name: string, story: Story): Promise<string> {
  const imported = await importNoteSigner(skey);
  if (!imported.ok) throw new Error(imported.error.message);
  const { vkey } = imported.value;
  const sign = (message: Uint8Array) => imported.value.sign(new Uint8Array(message));
  const format = EXPORT_FORMATS.get(name);
  if (format === undefined) throw new Error(name);
  return written(format.write(each(story.entries()), story.context({ signer: { vkey, sign } })));
}

const LINES: Readonly<Record<string, number>> = {
  jsonl: 16,
  csv: 17,
  ocsf: 16,
  cef: 16,
  otlp: 1,
  dsse: 5,
  ietf: 18,
  mcp: 4,
};

test.each(Object.entries(LINES))(
  '%s: whatever stands in any field, there are %i lines, and nothing in them acts',
  async (name, count) => {
    await fc.assert(
      fc.asyncProperty(said, async (value) => {
        const end = name === 'csv' ? '\r\n' : '\n';
        const text = await exported(name, tellStory(value));
        expect(text.endsWith(end)).toBe(true);
        const found = text.slice(0, -end.length).split(end);
        expect(found).toHaveLength(count);
        for (const line of found) expect(ACTIVE.exec(line)?.[0] ?? null).toBeNull();
        expect(readAgain(name, text, found)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  },
);

/** What an independent reader of the format finds wrong. */
function readAgain(name: string, text: string, found: readonly string[]): string[] {
  if (name === 'csv') return csvFaults(text);
  if (name === 'cef') return found.flatMap(cefFaults);
  return found.flatMap((line) => {
    const value: unknown = JSON.parse(line);
    return name === 'ocsf' ? ocsfFaults(value) : [];
  });
}

function csvFaults(text: string): string[] {
  return parseCsv(text).flatMap((row) => [
    ...(row.length === CSV_COLUMNS.length ? [] : [`${row.length} cells`]),
    ...row.filter((cell) => /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell)),
  ]);
}

function cefFaults(line: string): string[] {
  const { header, extension } = parseCef(line);
  return [
    ...(header.length === 7 ? [] : [`${header.length} fields`]),
    ...[...extension.keys()].filter((key) => !CEF_KEYS.includes(key)),
    ...(extension.get('cn1Label') === 'logIndex' ? [] : ['another label']),
    ...(/^(?:allow|deny|hold)$/.test(extension.get('act') ?? 'hold') ? [] : ['a forged verdict']),
  ];
}

const huge = tellStory(`=${'x'.repeat(1_000_000)}|\n"\\`);

test.each(Object.keys(LINES))('%s holds a megabyte in every field without losing its lines', async (name) => {
  const text = await exported(name, huge);
  const end = name === 'csv' ? '\r\n' : '\n';
  expect(text.slice(0, -end.length).split(end)).toHaveLength(LINES[name] ?? 0);
});
