/**
 * Where menus are put that open over the page: within its main part. Who goes by landmarks finds nothing that stands
 * beside them (axe: region). Read when a menu opens, since the page may not stand yet when its button is drawn.
 */
export const WITHIN_PAGE = {
  get current(): HTMLElement | null {
    return document.querySelector('main');
  },
};
