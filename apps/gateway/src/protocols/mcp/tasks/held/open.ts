// Puts together what held calls that are tasks need: their rows, and what becomes of them.
import type { TaskReader } from '../../../../store/readers/tasks.ts';
import type { HttpRequest } from '../../../http.ts';
import { mcpWire, type McpWireDeps } from '../../wire.ts';
import { createHeldReleases } from './releases.ts';
import { createHeldTasks, type HeldTaskReaders } from './rows.ts';
import type { HeldAsTasks } from './wire.ts';

type Options = Omit<McpWireDeps, 'heldTasks'> & {
  readonly readers: HeldTaskReaders & { readonly tasks: Pick<TaskReader, 'byCall'> };
  /** The endpoint of a server. @param audience whom tokens must name. */
  readonly serve: (request: HttpRequest, server: string, audience: string) => Promise<Response>;
};

/** `releases.start()` is due once all else stands, `releases.stop()` at the end. */
export function openHeldTasks(options: Options): HeldAsTasks {
  const tasks = createHeldTasks(options.pipeline, options.readers);
  const wire = mcpWire({ ...options, heldTasks: null }, null);
  return { tasks, releases: createHeldReleases({ ...options, held: tasks, wire }) };
}
