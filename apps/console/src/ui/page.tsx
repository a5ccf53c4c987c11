// The head of a page that is no list: what it shows, what can be done with it, and then the page, which scrolls by itself.
import type { ReactNode } from 'react';
import { OneFailure } from './one-failure.tsx';
import { PageSections } from './section.tsx';

interface Props {
  readonly title: string;
  /** Beside the title: how what is shown stands. */
  readonly sign?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, sign, actions, children }: Props) {
  return (
    // What scrolls can be reached by keyboard, also where there is nothing in it to go to.
    <div role="region" aria-label={title} tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto">
      <title>{`${title} · Countersign`}</title>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
        <h1 className="text-sm leading-7 font-semibold wrap-anywhere">{title}</h1>
        {sign}
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      </header>
      <OneFailure>
        <PageSections>{children}</PageSections>
      </OneFailure>
    </div>
  );
}
