// What the list of calls waits for: the first page of many different questions, by the API that the console asks, and beside it what
// is counted for the lists of values and the bars.
import { readFileSync } from 'node:fs';
import type { ConsoleWorld } from './console-world.ts';

/** As the console asks: a page of its list, and its counts. */
const PAGE = '100';
const FACETS = 'upstream,resource,agent,team,owner,policy,reason,state,operation,protocol';

/** Among them the hard ones: each part alone finds many calls, and together they find none. */
const QUESTIONS: Readonly<Record<string, string | null>> = {
  nothing_asked: null,
  one_agent: 'agent:"agent-0"',
  two_agents: 'agent:"agent-7"|agent:"agent-150"',
  rare_agent: 'agent:"agent-199"',
  nobody: 'agent:"nobody-of-that-name"',
  denied_of_team: 'stands:denied team:"team-1"',
  anticorrelated: 'label:"pii" owner:"owner-0"',
  words: 'text:"agent 17 permitted"',
  words_of_both: 'text:"permitted refused"',
  unknown_words: 'text:"unheard of"',
  failed_of_policy: 'stands:failed policy:"policy-3"',
  six_filters:
    'agent:"agent-2" team:"team-2" upstream:"server-2" operation:"mcp:tools/call" stands:failed text:"send"',
  tool_of_server: 'tool:"server-3/pay-11"',
  tools_beginning: 'tool:"server-3/pay-"*',
  tools_beginning_rare: 'tool:"list-29"* agent:"agent-19"*',
  nothing_begins_so: 'tool:"refund"*',
  agents_beginning: 'agent:"agent-19"*',
  people_beginning: 'subject:"person-1999"*',
  not_one_agent: '-agent:"agent-0"',
  nothing_but_one: '-agent:"agent-"*',
  not_permitted_words: '-text:"permitted"',
  not_labelled_not_even: '-label:"pii" agent:"agent-1"',
  slow: 'latency:>500ms',
  slow_of_rare: 'latency:>4s agent:"agent-199"',
  slower_than_any: 'latency:>100s',
  slow_and_not: 'latency:>2s -stands:ok -stands:failed',
  between: 'latency:>1s latency:<1100ms agent:"agent-1"*',
  no_approval: 'approval:"apr_00000000000000000000000000000000"',
};

const AGAIN = 5;

interface Taken {
  readonly p50: number;
  readonly max: number;
  readonly each: Readonly<Record<string, number>>;
}

/** What it took by the clock, and of the processor: on a machine that does other things, too, the second travels better. */
interface Cost {
  readonly ms: Taken;
  readonly cpu_ms: Taken;
}

export async function pageFigures(world: ConsoleWorld, tell: (text: string) => void) {
  const pages = await costOf(world, (where) => world.get(`/calls?limit=${PAGE}${where}`));
  tell(`first pages: ${JSON.stringify(pages)}`);
  const counts = await costOf(world, (where) =>
    world.get(`/calls/tallies?buckets=60&facets=${FACETS}${where}`),
  );
  tell(`counts: ${JSON.stringify(counts)}`);
  return { pages, counts };
}

async function costOf(world: ConsoleWorld, ask: (where: string) => Promise<Response>): Promise<Cost> {
  const [ms, cpuMs]: [Record<string, number>, Record<string, number>] = [{}, {}];
  for (const [name, where] of Object.entries(QUESTIONS)) {
    const condition = where === null ? '' : `&where=${encodeURIComponent(where)}`;
    const [times, works]: [number[], number[]] = [[], []];
    for (let time = 0; time <= AGAIN; time += 1) {
      const [began, worked] = [performance.now(), workedMs(world.gateway.pid)];
      const response = await ask(condition);
      await response.arrayBuffer();
      times.push(performance.now() - began);
      works.push(workedMs(world.gateway.pid) - worked);
    }
    // The first found nothing in memory.
    ms[name] = middle(times.slice(1));
    cpuMs[name] = middle(works.slice(1));
  }
  return { ms: summed(ms), cpu_ms: summed(cpuMs) };
}

function summed(each: Readonly<Record<string, number>>): Taken {
  const all = Object.values(each);
  return { p50: middle(all), max: Math.max(...all), each };
}

/** Milliseconds that the thread of a gateway that answers has been at work; 0 where no Linux tells. */
function workedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
}

export function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10;
}
