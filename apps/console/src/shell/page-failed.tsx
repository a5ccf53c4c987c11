// What stands in the place of a page that broke: the rest of the console stays usable.
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Failed } from '../ui/state.tsx';
import { text } from './text.ts';

export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title={text.pageFailed}>
      <Failed
        what={text.pageFailed}
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={reset}
      />
    </Page>
  );
}
