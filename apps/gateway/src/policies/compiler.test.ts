import { createEngine, type SchemaInput } from '@countersign/policy';
import { afterEach, describe, expect, it } from 'vitest';
import { runJob } from './compile-job.ts';
import { type Compiler, CompilerError, type CompilerOptions, createCompiler } from './compiler.ts';

let compiler: Compiler;
afterEach(() => compiler.close());
const open = (options: CompilerOptions = {}): Compiler => {
  compiler = createCompiler(options);
  return compiler;
};
const DYING = new URL('testing/dying-worker.ts', import.meta.url);

const input: SchemaInput = {
  servers: [
    {
      name: 'files',
      tools: [{ name: 'read', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } }],
    },
  ],
  groups: ['finance'],
  teams: ['billing'],
};
const GOOD =
  '@id("all")\npermit (principal, action == Action::"files/read", resource) when { context.input has path };';
const jobOf = (text: string) => ({ sources: [{ file: 'a.cedar', text }], input, keep: null });

describe('the compiling thread', () => {
  it('gives what compiling here would give, fit to be loaded', async () => {
    const compiled = await open().run(jobOf(GOOD));
    expect(compiled).toEqual(structuredClone(runJob(jobOf(GOOD))));
    if (compiled.result?.ok !== true) throw new Error('the set did not compile');
    expect(createEngine().load(compiled.result.set, compiled.schema)).toEqual({ ok: true });
  });

  it('gives complaints with their place', async () => {
    const { result } = await open().run(jobOf('\n@id("a") permit (principal action, resource);'));
    expect(result).toMatchObject({ ok: false, diagnostics: [{ file: 'a.cedar', line: 2 }] });
  });

  it('keeps calls going while it works', async () => {
    const many = Array.from({ length: 400 }, (_, i) => GOOD.replace('"all"', `"all-${i}"`)).join('\n');
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    const { result } = await open().run(jobOf(many));
    clearInterval(count);
    expect(result?.ok).toBe(true);
    expect(turns).toBeGreaterThan(5);
  });

  it.each([
    ['dies of', '// throw', /died of it \(killed by a set\)/],
    ['is ended by', '// exit', /ended before it had an answer/],
    ['hangs on', '// hang', /took longer than/],
  ])('refuses the one set that it %s, and takes the next with a new thread', async (_how, text, message) => {
    const dying = open({ entry: DYING, timeoutMs: 3_000 });
    const [bad, next] = await Promise.allSettled([dying.run(jobOf(text)), dying.run(jobOf(GOOD))]);
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(CompilerError) as CompilerError });
    expect(String((bad as PromiseRejectedResult).reason)).toMatch(message);
    expect(next).toMatchObject({ status: 'fulfilled', value: { result: { ok: true } } });
  });

  it('is ended when it has nothing to do, and started again', async () => {
    const soonIdle = open({ idleMs: 0 });
    await soonIdle.run(jobOf(GOOD));
    const threads = () => process.report.getReport() as { readonly workers?: readonly unknown[] };
    await expect.poll(() => threads().workers?.length ?? 0, { timeout: 5_000 }).toBe(0);
    expect((await soonIdle.run(jobOf(GOOD))).result?.ok).toBe(true);
  });

  it('takes nothing more once it is closed', async () => {
    const closed = open();
    await closed.close();
    await expect(closed.run(jobOf(GOOD))).rejects.toThrow(/stopping/);
  });
});
