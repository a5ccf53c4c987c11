// Finds the command that a command line names, runs it, and turns however it ends into an exit code.
import { closest } from '../config/problems.ts';
import { COMMANDS } from './commands.ts';
import { CommandError, type ExitCode, machineError, usageError } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { safeLines } from './text.ts';

export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await dispatch(argv, terminal);
  } catch (thrown) {
    const error = thrown instanceof CommandError ? thrown : machineError(thrown);
    if (error === null) throw thrown;
    const { message, code, exitCode } = error;
    // Messages may quote what a gateway or a file said.
    for (const line of safeLines(message)) terminal.err(line);
    if (isAnsweredInJson(argv)) terminal.out(JSON.stringify({ error: { code, message, exitCode } }));
    return exitCode;
  }
}

/** Told by the words themselves: the command line may be what is wrong. */
function isAnsweredInJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  // Where a file goes to standard output, nothing else may.
  const isTaken = words.some((word, at) => word === '--out=-' || (word === '--out' && words[at + 1] === '-'));
  return words.includes('--json') && !isTaken;
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    await help(terminal, '');
    return first === undefined ? 2 : 0;
  }
  if (first === '--version') return dispatch(['version'], terminal);
  // The longest first: `verify` is a command, and `verify receipt` another.
  for (const words of [3, 2, 1]) {
    const name = argv.slice(0, words).join(' ');
    const load = COMMANDS.get(name);
    if (load !== undefined) return (await load()).execute(argv.slice(words), terminal, name);
  }
  for (const words of [2, 1]) {
    const group = `${argv.slice(0, words).join(' ')} `;
    if (![...COMMANDS.keys()].some((name) => name.startsWith(group))) continue;
    const next = argv[words];
    if (next === undefined || next === '--help' || next === '-h') {
      await help(terminal, group);
      return next === undefined ? 2 : 0;
    }
    throw unknown(`${group}${next}`);
  }
  throw unknown(second === undefined || second.startsWith('-') ? first : `${first} ${second}`);
}

function unknown(name: string): CommandError {
  const meant = closest(name, COMMANDS.keys());
  const hint = meant === undefined ? 'see `countersign --help`' : `did you mean \`${meant}\``;
  return usageError(`there is no command \`${name}\`: ${hint}`);
}

async function help(terminal: Terminal, prefix: string): Promise<void> {
  const names = [...COMMANDS.keys()].filter((name) => name.startsWith(prefix));
  const widest = Math.max(...names.map((name) => name.length));
  terminal.out('countersign <command> [options]\n');
  for (const name of names) {
    const command = await COMMANDS.get(name)?.();
    terminal.out(`  ${name.padEnd(widest)}  ${command?.summary ?? ''}`);
  }
  terminal.out(
    '\nEvery command has --help and --json. Exit code: 0 fine, 1 the answer is no, 2 it could not run.',
  );
}
