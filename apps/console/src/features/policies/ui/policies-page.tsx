// The policies: what decides calls now and, beside it, the change that is open.
import { SplitPage } from '../../../ui/split-page.tsx';
import { text as changes } from '../../changes/text.ts';
import { text } from '../text.ts';
import { PoliciesView } from './policies-view.tsx';

export function PoliciesPage() {
  return (
    <SplitPage base="/policies" title={text.kind} pane={changes.kind}>
      <PoliciesView />
    </SplitPage>
  );
}
