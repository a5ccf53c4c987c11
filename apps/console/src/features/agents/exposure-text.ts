// The words of what an agent has seen.
export const text = {
  title: 'Has seen data labelled',
  why: 'It counts against every call, until the window of each is over.',
  people: 'People for whom it received some of it',
  failed: 'What it has seen could not be loaded',
  until: 'until ',
  broughtBy: 'brought by ',
  aCall: 'a call',
  more: 'There is more than is shown.',
  clear: 'Clear…',
  dialog: (name: string) => `Clear what ${name} has seen`,
  effect:
    'This proposes to forget it before its time. Somebody else has to agree, and what chains have touched stays as it is. If a call brings a label again meanwhile, nothing is cleared.',
  labels: 'What is cleared',
  labelNeeded: 'Choose at least one.',
  ofPeople: 'Also of the people for whom it received it',
  notAllPeople: (most: number, people: number) =>
    `One proposal clears it of ${most} people at most: of the first ${most} of these ${people}. Propose it for the others once this one is agreed to.`,
  send: 'Propose to clear it',
  proposed: 'Proposed: somebody else has to agree to it',
  notProposed: (name: string) => `It was not proposed to clear what ${name} has seen`,
} as const;
