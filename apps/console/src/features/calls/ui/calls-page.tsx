// The calls: the live list and, beside it, the call that is open.
import { SplitPage, useOpenId } from '../../../ui/split-page.tsx';
import { useLive } from '../../../shell/live.tsx';
import { text } from '../text.ts';
import { CallList } from './call-list.tsx';

export function CallsPage() {
  const { live, state } = useLive();
  return (
    <SplitPage base="/calls" title={text.heading} pane={text.pane}>
      <CallList live={live} state={state} selected={useOpenId()} />
    </SplitPage>
  );
}
