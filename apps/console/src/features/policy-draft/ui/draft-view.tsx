// A draft on one page: how it stands, its files and, beside them, what can be found out about it before anybody else sees it.
import { Link } from '@tanstack/react-router';
import type { Policies } from '../../../api/types.ts';
import type { useDraft } from '../draft-store.ts';
import type { Draft } from '../model/draft.ts';
import { text } from '../text.ts';
import { useCheck } from '../use-check.ts';
import { Another } from './another.tsx';
import { Discard } from './discard.tsx';
import { Files } from './files.tsx';
import { Moved } from './moved.tsx';
import { Panels } from './panels.tsx';
import { Phrase, Standing } from './standing.tsx';

interface Props {
  readonly draft: Draft;
  readonly kept: ReturnType<typeof useDraft>;
  readonly policies: Policies;
  /** The version that the address names. */
  readonly asked: number | null;
}

const HALF = 'min-h-0 min-w-0 xl:overflow-y-auto';

export function DraftView({ draft, kept, policies, asked }: Props) {
  const checked = useCheck(draft.files);
  const isOther = kept.draft !== null && asked !== null && asked !== draft.from;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <title>{`${text.title} · Countersign`}</title>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <h1 className="text-sm leading-7 font-semibold">{text.title}</h1>
        <Standing checked={checked} />
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <Link to="/policies">{text.backToPolicies}</Link>
          {kept.draft !== null && <Discard onDiscard={() => kept.set(null)} />}
        </div>
        <Phrase draft={draft} checked={checked} isKept={kept.isKept} />
      </header>
      {isOther && <Another draft={draft} asked={asked} onBegin={() => kept.set(null)} />}
      {kept.draft !== null && draft.base.digest !== (policies.active?.digest ?? null) && (
        <Moved draft={draft} policies={policies} />
      )}
      <div
        role="region"
        aria-label={text.title}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto xl:grid xl:grid-cols-[minmax(0,1fr)_minmax(28rem,44%)] xl:overflow-hidden"
      >
        <div className={`@container ${HALF}`} role="region" aria-label={text.files} tabIndex={0}>
          <Files draft={draft} checked={checked} onChange={kept.set} />
        </div>
        <div
          className={`@container border-line max-xl:border-t xl:border-l ${HALF}`}
          role="region"
          aria-label={text.panels}
          tabIndex={0}
        >
          <Panels draft={draft} checked={checked} policies={policies} onChange={kept.set} />
        </div>
      </div>
    </div>
  );
}
