// The words of the shared parts.
export const text = {
  console: 'Audit console',
  theConsole: 'the console',
  loading: (what: string) => `Loading ${what}`,
  retry: 'Try again',
  seeOwnLog: ' (see the gateway’s own output)',
  copy: (what: string) => `Copy ${what}`,
  copied: (what: string) => `Copied ${what}`,
  notCopied: (what: string) => `Could not copy ${what}`,
  verdict: 'Your verdict',
  reason: 'Reason',
  required: '(required)',
  optional: '(optional)',
  sending: 'Recording…',
  as: 'as ',
  recorded: ', recorded with your reason',
} as const;
