// The way from a change to a recorded call that it is about.
import type { ReactNode } from 'react';
import { hrefOf } from '../../selection/model/selection.ts';
import { followSelection } from '../../selection/use-selection.ts';

export function CallLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const selection = { kind: 'call', id } as const;
  return (
    <a href={hrefOf(selection)} onClick={(event) => followSelection(event, selection)}>
      {children}
    </a>
  );
}
