// One chain: every call that came of one first call, as a graph over time and as a list that says the same.
import { useMemo } from 'react';
import { useParams } from '@tanstack/react-router';
import type { Chain } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { Page } from '../../../ui/page.tsx';
import { PageSections } from '../../../ui/section.tsx';
import { Loading, StateOf } from '../../../ui/state.tsx';
import { BundleForm } from '../../call/ui/bundle-form.tsx';
import { useChain } from '../../call/use-call.ts';
import { Time } from '../../time/ui/time.tsx';
import { graphOf, MOST_NODES } from '../model/graph.ts';
import { inOrder } from '../model/replay.ts';
import { text } from '../text.ts';
import { useReplay } from '../use-replay.ts';
import { ChainList } from './chain-list.tsx';
import { LabelsSoFar } from './labels-so-far.tsx';
import { ReplayBar } from './replay-bar.tsx';

const ChainGraph = loaded(() => import('./chain-graph.tsx'), 'ChainGraph');

export function ChainPage() {
  const { chain: id } = useParams({ from: '/chains/$chain' });
  const query = useChain(id);
  const { data } = query;
  return (
    <Page
      title={text.title}
      sign={
        <span className="flex min-w-0 items-center font-mono text-xs text-muted">
          <span className="clipped-start">
            <bdi>{id}</bdi>
          </span>
          <CopyButton value={id} what={text.theId} />
        </span>
      }
      actions={<CopyButton value={window.location.href} what={text.theLink} icon="link" />}
    >
      <StateOf query={query} failed={text.failed} loading={text.loading} />
      {data !== undefined && <Loaded chain={data} />}
    </Page>
  );
}

function Loaded({ chain }: { readonly chain: Chain }) {
  const hops = useMemo(() => inOrder(chain.hops), [chain]);
  const graph = useMemo(() => graphOf(hops.map(({ call }) => call)), [hops]);
  const replay = useReplay(hops.length);
  const mayTake = useMay('auditor', 'admin');
  return (
    <>
      <Summary chain={chain} />
      {hops.length > 1 && <ReplayBar replay={replay} hops={hops} />}
      <LabelsSoFar hops={hops} at={replay.at} />
      <div className="border-t border-line @4xl:grid @4xl:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)]">
        <section aria-labelledby="chain-graph" className="border-line max-@4xl:border-b @4xl:border-r">
          <h2 id="chain-graph" className="eyebrow px-4 pt-3">
            {text.graph}
          </h2>
          {graph.nodes.length > MOST_NODES ? (
            <p className="p-4 text-muted">{text.tooLarge(graph.nodes.length)}</p>
          ) : (
            <Later until={<Loading what={text.graphLoading} />}>
              <ChainGraph graph={graph} hops={hops} at={replay.at} />
            </Later>
          )}
        </section>
        <ChainList chain={chain} ordered={hops} at={replay.at} />
      </div>
      {mayTake && (
        <PageSections>
          <BundleForm of={{ chain: chain.id }} />
        </PageSections>
      )}
    </>
  );
}

function Summary({ chain }: { readonly chain: Chain }) {
  const count = (decision: string): number =>
    chain.hops.filter(({ call }) => call.decision === decision).length;
  const [denied, held] = [count('deny'), count('hold')];
  return (
    <div className="px-4 py-2">
      <p className="flex flex-wrap gap-x-4">
        <span>
          {text.opened} <Time iso={chain.openedAt} full />
        </span>
        <span>{text.calls(chain.hops.length)}</span>
        {denied > 0 && <span className="font-medium text-deny">{text.denied(denied)}</span>}
        {held > 0 && <span className="font-medium text-hold">{text.held(held)}</span>}
      </p>
      {chain.archived !== null && (
        <p className="mt-1 text-hold">
          {text.archivedBefore} <Time iso={chain.archived.before} full /> {text.archivedWhere}
        </p>
      )}
      {chain.truncated && <p className="mt-1 text-hold">{text.truncated}</p>}
    </div>
  );
}
