// Which columns the list has, where there is room for more than the usual ones; the menu is fetched when it is first asked for.
import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { text } from '../text.ts';

const ColumnMenu = loaded(() => import('./column-menu.tsx'), 'ColumnMenu');

/** @param columns as the address says them; undefined: the usual ones */
export function ColumnChooser({ columns }: { readonly columns: string | undefined }) {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button type="button" className="button-quiet" aria-haspopup="menu" onClick={() => setWanted(true)}>
      <ColumnsName />
    </button>
  );
  return (
    <div className="hidden @5xl:block">
      {isWanted ? (
        <Later until={button} onClose={() => setWanted(false)}>
          <ColumnMenu columns={columns} />
        </Later>
      ) : (
        button
      )}
    </div>
  );
}

export const ColumnsName = () => (
  <>
    <Columns3 aria-hidden="true" className="size-3.5" />
    {text.chooser.open}
  </>
);
