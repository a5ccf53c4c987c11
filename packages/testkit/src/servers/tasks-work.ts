// The work of the tools that answer with tasks of 2026-07-28: what each comes to, and what it asks meanwhile.
export const person = { name: 'Ines Halvorsen', email: 'ines@northwind.example' };

export type Json = Readonly<Record<string, unknown>>;
export type Status = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

export interface Task {
  readonly taskId: string;
  readonly createdAt: string;
  lastUpdatedAt: string;
  status: Status;
  statusMessage?: string;
  /** Open questions, by key. */
  readonly asked: Map<string, Json>;
  readonly answers: Map<string, Json>;
  end?: { readonly result: Json } | { readonly error: Json };
}

const text = (said: string, more: Json = {}): Json => ({ content: [{ type: 'text', text: said }], ...more });

export const elicit = (message: string, ...fields: readonly string[]): Json => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message,
    requestedSchema: {
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field, { type: 'string' }])),
    },
  },
});

const contentOf = (task: Task, key: string): Json =>
  (task.answers.get(key)?.['content'] as Json | undefined) ?? {};

function finish(task: Task, end: NonNullable<Task['end']>): void {
  if (task.status === 'cancelled') return;
  task.end = end;
  task.status = 'result' in end ? 'completed' : 'failed';
  task.lastUpdatedAt = new Date().toISOString();
}

/** Puts questions: the work goes on when all of them are answered. */
function ask(task: Task, questions: Readonly<Record<string, Json>>): void {
  for (const [key, question] of Object.entries(questions)) task.asked.set(key, question);
  task.status = 'input_required';
}

/** By tool: what begins with the call, and what goes on when everything asked is answered. */
export const WORK: Readonly<
  Record<string, { readonly begin: (task: Task, args: Json) => void; readonly go?: (task: Task) => void }>
> = {
  slow_compute: {
    begin: (task, { seconds, label }) => {
      setTimeout(
        () => finish(task, { result: text(`computed ${typeof label === 'string' ? label : ''}`) }),
        Number(seconds ?? 0) * 1000,
      ).unref();
    },
  },
  failing_job: {
    begin: (task) => {
      setTimeout(() => finish(task, { result: text('the job failed', { isError: true }) }), 50).unref();
    },
  },
  protocol_error_job: {
    begin: (task) => {
      setTimeout(() => finish(task, { error: { code: -32603, message: 'the job broke' } }), 50).unref();
    },
  },
  confirm_delete: {
    begin: (task, { filename }) => ask(task, { confirm: elicit(`Delete ${String(filename)}?`, 'confirm') }),
    go: (task) => finish(task, { result: text(`deleted: ${JSON.stringify(contentOf(task, 'confirm'))}`) }),
  },
  multi_input: {
    begin: (task) => ask(task, { first: elicit('First?', 'value'), second: elicit('Second?', 'value') }),
    go: (task) => finish(task, { result: text(`both: ${JSON.stringify([...task.answers])}`) }),
  },
  person: {
    begin: (task) => {
      task.statusMessage = `looking for ${person.email}`;
      finish(task, { result: { ...text(JSON.stringify(person)), structuredContent: person } });
    },
  },
};
