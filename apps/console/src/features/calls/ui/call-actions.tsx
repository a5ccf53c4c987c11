// What can be done with what is asked for, besides looking: narrow it by its values, search payloads, take it away, link to it.
import { useLocation } from '@tanstack/react-router';
import { Funnel } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../shell/me.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { text as exportText } from '../../export/text.ts';
import { text } from '../text.ts';
import type { Asked } from '../use-calls.ts';
import { ColumnChooser } from './column-chooser.tsx';

const ExportDialog = loaded(() => import('../../export/ui/export-dialog.tsx'), 'ExportDialog');
const SavedViews = loaded(() => import('./saved-views.tsx'), 'SavedViews');
const PayloadSearch = loaded(() => import('./payload-search.tsx'), 'PayloadSearch');

interface Props {
  /** Null while the query cannot be read: then there is nothing to take away. */
  readonly asked: Asked | null;
  readonly total: number | null;
  /** As the address says them; undefined: the usual ones. */
  readonly columns: string | undefined;
  readonly onFilters: () => void;
}

export function CallActions({ asked, total, columns, onFilters }: Props) {
  const { href } = useLocation();
  const mayTake = useMay('auditor', 'admin') && asked !== null;
  const [dialog, setDialog] = useState<'export' | 'payloads' | 'views' | null>(null);
  return (
    <div className="ml-auto flex flex-wrap items-center">
      <button type="button" className="button-quiet @5xl:hidden" onClick={onFilters}>
        <Funnel aria-hidden="true" className="size-3.5" />
        {text.filters}
      </button>
      <ColumnChooser columns={columns} />
      <button type="button" className="button-quiet" onClick={() => setDialog('views')}>
        {text.views.open}
      </button>
      {mayTake && (
        <>
          <button type="button" className="button-quiet" onClick={() => setDialog('payloads')}>
            {text.inPayloads}
          </button>
          <button type="button" className="button-quiet" onClick={() => setDialog('export')}>
            {exportText.open}
          </button>
        </>
      )}
      <CopyButton value={`${window.location.origin}${href}`} what={text.link} />
      {dialog !== null && (
        <Later onClose={() => setDialog(null)}>
          {dialog === 'views' && <SavedViews onClose={() => setDialog(null)} />}
          {dialog === 'export' && asked !== null && (
            <ExportDialog asked={asked} total={total} onClose={() => setDialog(null)} />
          )}
          {dialog === 'payloads' && asked !== null && (
            <PayloadSearch asked={asked} onClose={() => setDialog(null)} />
          )}
        </Later>
      )}
    </div>
  );
}
