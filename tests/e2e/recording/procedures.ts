// Every procedure of the walk, by operation.
import { agents } from './agents.ts';
import { offered } from './offered.ts';
import type { Procedure } from './procedure.ts';
import { questions } from './questions.ts';
import { sessions } from './sessions.ts';
import { tasks } from './tasks.ts';

export const procedures: Readonly<Record<string, Procedure>> = {
  ...sessions,
  ...offered,
  ...questions,
  ...tasks,
  ...agents,
};
