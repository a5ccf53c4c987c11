// Closes what is open and leads the keyboard back to the row that it was opened from.
import { parseSelection } from '../selection/model/selection.ts';
import { select } from '../selection/use-selection.ts';

export function closeInspector(): void {
  const open = parseSelection(window.location.search);
  if (open === null) return;
  select(null);
  // The lists are drawn again first: where they share the screen with the inspector, they were hidden until now.
  requestAnimationFrame(() => {
    const row = document.getElementById(`row-${open.id}`) ?? document.querySelector('[data-row]');
    if (row instanceof HTMLElement) row.focus();
  });
}
