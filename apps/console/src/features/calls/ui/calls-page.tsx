// The calls: what is asked for, how it stands, the list of it, and, beside it, the call that is open.
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { text } from '../text.ts';
import { Explorer } from './explorer.tsx';

export function CallsPage() {
  return (
    <SplitPage base="/calls" title={text.heading} pane={text.pane}>
      <Explorer open={useOpenId()} />
    </SplitPage>
  );
}
