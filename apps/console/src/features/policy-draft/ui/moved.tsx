// Another set went live since the draft was begun: what it is against that can be looked at, and what others did can be taken
// into it.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Policies } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { fetchVersion } from '../api.ts';
import { useDraft } from '../draft-store.ts';
import type { Draft } from '../model/draft.ts';
import { mergedWith } from '../model/merge.ts';
import { text } from '../text.ts';

interface Props {
  readonly draft: Draft;
  readonly policies: Policies;
}

export function Moved({ draft, policies: { active } }: Props) {
  const [isMerging, setMerging] = useState(false);
  const toast = useToast();
  const { set, latest } = useDraft();
  const merge = async (): Promise<void> => {
    setMerging(true);
    try {
      const { version } = draft.base;
      const before = version === null ? [] : (await fetchVersion(version)).sources;
      const base = { digest: active?.digest ?? null, version: active?.version ?? null };
      const now = latest();
      // Discarded while this was fetched.
      if (now === null) return;
      const { draft: merged, kept } = mergedWith(now, before, active?.sources ?? [], base);
      set(merged);
      toast.done(kept.length === 0 ? text.merged : text.mergedKept(kept));
    } catch (error) {
      toast.failed(`${text.mergeFailed}: ${error instanceof Error ? error.message : ''}`);
    } finally {
      setMerging(false);
    }
  };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-hold-soft px-4 py-2"
    >
      <Icon name="warning" className="text-hold" />
      <p className="min-w-0 flex-1">{text.moved(active?.version ?? null)}</p>
      <Link from="/policies/draft" to="." search={({ panel: _panel, ...search }) => search} replace>
        {text.compare}
      </Link>
      <button type="button" className="button" aria-disabled={isMerging} onClick={() => void merge()}>
        {text.merge}
      </button>
    </div>
  );
}
