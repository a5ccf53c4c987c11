// What stands in the place of a page that broke or could not be loaded, or of what is open in one: the rest of the console
// stays usable.
import { type ErrorComponentProps, useParentMatches } from '@tanstack/react-router';
import { NotLoaded } from '../ui/not-loaded.tsx';
import { Page } from '../ui/page.tsx';
import { usePane } from '../ui/split-page.tsx';
import { text as shared } from '../ui/text.ts';
import { text } from './text.ts';

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const isWithinPage = useParentMatches().length > 1;
  const pane = usePane();
  const told = <NotLoaded what={text.pageFailed} error={error} reset={reset} />;
  if (!isWithinPage) return <Page title={text.pageFailed}>{told}</Page>;
  return (
    <>
      {told}
      {pane !== null && (
        <button type="button" className="button mx-3" onClick={pane.close}>
          {shared.close}
        </button>
      )}
    </>
  );
}
