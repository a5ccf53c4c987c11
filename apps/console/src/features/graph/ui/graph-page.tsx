// Who calls whom: as a picture, and as a table that says the same.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { CallGraph } from '../../../api/types.ts';
import { Later } from '../../../ui/later.tsx';
import { loaded } from '../../../ui/load.ts';
import { Page } from '../../../ui/page.tsx';
import { Empty, Loading, StateOf } from '../../../ui/state.tsx';
import { Archived } from '../../calls/ui/archived.tsx';
import { SpanChoice } from '../../overview/ui/span-choice.tsx';
import { linesOf } from '../model/lines.ts';
import { text } from '../text.ts';
import { useGraph } from '../use-graph.ts';
import { GraphTable } from './graph-table.tsx';

const Picture = loaded(() => import('./picture.tsx'), 'Picture');

export function GraphPage() {
  const { span = 'day', agent = null } = useSearch({ from: '/graph' });
  const navigate = useNavigate();
  const graph = useGraph(span, agent);
  const { data } = graph;
  return (
    <Page
      title={text.title}
      actions={
        <SpanChoice
          span={span}
          onChoose={(chosen) =>
            void navigate({
              to: '/graph',
              search: {
                ...(agent === null ? {} : { agent }),
                ...(chosen === 'day' ? {} : { span: chosen }),
              },
            })
          }
        />
      }
    >
      {agent !== null && (
        <p className="px-4 pt-3">
          {text.only(agent)} <Link to="/graph">{text.all}</Link>
        </p>
      )}
      <StateOf query={graph} failed={text.failed} loading={text.loading} />
      {data !== undefined && (
        <div className="px-4 text-muted empty:hidden">
          <Archived archived={data.archived} />
        </div>
      )}
      {data !== undefined && <Loaded graph={data} />}
    </Page>
  );
}

function Loaded({ graph }: { readonly graph: CallGraph }) {
  const lines = linesOf(graph);
  if (lines.length === 0) {
    return (
      <Empty title={text.nothing}>
        <p>{text.nothingWhy}</p>
      </Empty>
    );
  }
  return (
    <>
      <Later until={<Loading what={text.loading} />}>
        <Picture nodes={graph.nodes} lines={lines} />
      </Later>
      {graph.isCut && <p className="px-4 py-2 text-muted">{text.cut(lines.length, graph.edgesInAll)}</p>}
      <GraphTable lines={lines} />
    </>
  );
}
