// What an address says of a pane, whatever is open in it.
export interface PaneSearch {
  /** The pane has the page to itself. */
  readonly wide?: true;
}

export function readPaneSearch({ wide }: Readonly<Record<string, unknown>>): PaneSearch {
  return wide === true ? { wide } : {};
}
