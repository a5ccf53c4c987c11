// The menu of the list's columns. What is ticked is in the address at once: one entry of the history, however much is tried.
import { Menu } from '@base-ui/react/menu';
import { useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { type ColumnName, COLUMNS, columnsOf, columnsText, USUAL } from '../model/columns.ts';
import { text } from '../text.ts';
import { ColumnsName } from './column-chooser.tsx';
import { WITHIN_PAGE } from '../../../ui/within-page.ts';

/** @param columns as the address says them; undefined: the usual ones */
export function ColumnMenu({ columns }: { readonly columns: string | undefined }) {
  const navigate = useNavigate();
  const chosen = columnsOf(columns);
  const choose = (names: readonly ColumnName[]): void => {
    const next = columnsText(names);
    void navigate({
      to: '.',
      search: ({ columns: _columns, ...rest }) => (next === undefined ? rest : { ...rest, columns: next }),
      replace: true,
    });
  };
  return (
    <Menu.Root defaultOpen>
      <Menu.Trigger className="button-quiet">
        <ColumnsName />
      </Menu.Trigger>
      <Menu.Portal container={WITHIN_PAGE}>
        <Menu.Positioner sideOffset={6} align="end" className="z-50">
          <Menu.Popup className="menu">
            <Menu.Group>
              <Menu.GroupLabel className="eyebrow px-3 pt-1 pb-1">{text.chooser.why}</Menu.GroupLabel>
              {COLUMNS.map((name) => (
                <Menu.CheckboxItem
                  key={name}
                  className="menu-item"
                  checked={chosen.includes(name)}
                  onCheckedChange={(checked) =>
                    choose(checked ? [...chosen, name] : chosen.filter((each) => each !== name))
                  }
                >
                  <span className="size-3.5 flex-none">
                    <Menu.CheckboxItemIndicator>
                      <Check aria-hidden="true" className="size-3.5" />
                    </Menu.CheckboxItemIndicator>
                  </span>
                  {text.columns[name]}
                </Menu.CheckboxItem>
              ))}
            </Menu.Group>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.Item className="menu-item" onClick={() => choose(USUAL)}>
              {text.chooser.usual}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
