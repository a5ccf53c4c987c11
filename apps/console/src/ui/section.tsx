// A titled part of an inspector, and a list of facts.
import { createContext, use, type ReactNode } from 'react';

/** How deep headings of sections stand: below the title of a pane, unless a page says otherwise. */
const Level = createContext<2 | 3>(3);

/** Sections in here stand right below the title of the page. */
export const PageSections = ({ children }: { readonly children: ReactNode }) => (
  <Level value={2}>{children}</Level>
);

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const Heading = `h${use(Level)}` as const;
  return (
    <section className="border-t border-line px-4 py-3">
      <Heading className="eyebrow mb-2">{title}</Heading>
      {children}
    </section>
  );
}

/** Facts as a definition list; a null value is left out: what is not known is not shown. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode | null])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
