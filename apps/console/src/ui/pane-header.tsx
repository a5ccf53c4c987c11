// The head of whatever is open: what it is, how it stands, and the way to link to it or close it.
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { PlainText } from '../features/payload/ui/plain-text.tsx';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { usePane } from './split-page.tsx';
import { text } from './text.ts';

interface Props {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly sign: ReactNode;
}

export function PaneHeader({ kind, id, title, sign }: Props) {
  const pane = usePane();
  const address = useLocation({ select: ({ href }) => new URL(href, window.location.origin).href });
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever opens something is led to it, by keyboard and by screen reader.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [id]);
  return (
    <>
      <div className="sticky top-0 z-20 flex h-11 items-center gap-1 border-b border-line bg-surface pr-2 pl-4">
        <span className="eyebrow">{kind}</span>
        <code className="min-w-0 flex-1 clipped-start pl-1 font-mono text-xs text-muted" title={id}>
          <bdi>{id}</bdi>
        </code>
        <CopyButton value={id} what={text.id} />
        <CopyButton value={address} what={text.link} icon="link" />
        {pane !== null && (
          <>
            <button
              type="button"
              className="button-quiet px-1 max-lg:hidden"
              aria-pressed={pane.isWide}
              title={pane.isWide ? text.narrow : text.widen}
              onClick={pane.toggleWide}
            >
              <Icon name={pane.isWide ? 'narrow' : 'widen'} className="size-3.5" />
              <span className="sr-only">{text.widen}</span>
            </button>
            <button type="button" className="button-quiet" onClick={pane.close}>
              <Icon name="cross" />
              {text.close}
            </button>
          </>
        )}
      </div>
      <header className="space-y-2 px-4 py-3">
        <h2
          ref={heading}
          tabIndex={-1}
          className="text-[0.9375rem] leading-6 font-medium wrap-anywhere outline-none"
        >
          <PlainText text={title} />
        </h2>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">{sign}</div>
      </header>
    </>
  );
}
