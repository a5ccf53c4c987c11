// One chain: every call that came of one first call, in order.
import { useParams } from '@tanstack/react-router';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { CallChain } from '../../call/ui/call-chain.tsx';
import { text } from '../text.ts';

export function ChainPage() {
  const { chain } = useParams({ from: '/chains/$chain' });
  return (
    <Page
      title={text.title}
      sign={
        <span className="flex items-center font-mono text-xs text-muted">
          {chain}
          <CopyButton value={chain} what={text.title} />
        </span>
      }
    >
      <CallChain chain={chain} current={null} />
    </Page>
  );
}
