// The words of the picture of who calls whom.
export const text = {
  title: 'Who calls whom',
  failed: 'Who calls whom could not be loaded',
  loading: 'who calls whom',
  nothing: 'Nobody called anybody in this time',
  nothingWhy: 'Choose a longer time.',
  only: (agent: string) => `Only calls of ${agent}.`,
  all: 'Show everybody’s',
  picture: 'Who calls whom, as a picture; the table below says the same',
  list: 'Who calls whom',
  from: 'Who',
  to: 'Whom',
  calls: 'Calls',
  last: 'Last call',
  policy: 'By policy today',
  node: { agent: 'Agent', server: 'Server', unregistered: 'Unregistered callers' },
  unregistered: 'unregistered',
  gone: 'registered no more',
  edge: (from: string, to: string, calls: string, answer: string) =>
    `${from} calls ${to}: ${calls}; ${answer} today`,
  cut: (shown: number, all: number) => `The ${shown} busiest of ${all}.`,
} as const;
