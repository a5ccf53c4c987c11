// The words of exports.
const numbers = new Intl.NumberFormat('en-GB');

export const text = {
  open: 'Export…',
  title: 'Export these calls',
  why: 'Everything that is recorded of the calls asked for leaves in one file. That it did, what was in it and why, is recorded before its first byte.',
  whole: 'Nothing is narrowed down: a proof bundle is of the whole log, the other formats are of all calls.',
  narrowed: (count: string) => `${count} as the query and the time ask for.`,
  unread: (part: string, why: string) =>
    `No export can be asked for with this query, at “${part}”: ${why}. Mend the query first.`,
  format: 'Format',
  formats: {
    bundle: 'Proof bundle: verified offline, by itself',
    jsonl: 'JSON Lines: every entry whole',
    csv: 'CSV: for spreadsheets',
    html: 'HTML: a report for people',
    ocsf: 'OCSF: for security lakes',
    cef: 'CEF: for SIEMs',
    otlp: 'OTLP: for OpenTelemetry collectors',
    dsse: 'DSSE: signed statements',
    ietf: 'IETF draft records',
    mcp: 'MCP audit records',
  },
  disclose: 'What is disclosed',
  needed: 'What checking the decisions needs',
  all: 'All that is stored, arguments and results with it',
  reason: 'Why you take it',
  start: 'Record and export',
  running: (bytes: number) => `Receiving… ${numbers.format(Math.ceil(bytes / 1024))} KB`,
  stop: 'Stop',
  failed: 'The export failed',
  untold: (calls: number) =>
    calls === 0
      ? ''
      : ` Of ${calls} ${calls === 1 ? 'call' : 'calls'} nobody can tell any more whether it was asked for, since values that say so are gone: take the chain, or a range.`,
  done: (entries: string, disclosed: string) => `${entries} entries, ${disclosed} details disclosed.`,
  recorded: 'Recorded as entry',
  save: 'Save the file again',
  cut: 'the file broke off: what is exported changed meanwhile',
} as const;
