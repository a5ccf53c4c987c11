// What a command is: its place in the help, the options it takes, and what it does. Options are parsed by node:util;
// an unknown one is refused, since a typing error must not silently change what is asked.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { type ExitCode, usageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** `--reason <text>`: what stands for the value. */
  readonly value?: string;
  readonly help: string;
}
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S['type'] extends 'boolean'
  ? boolean | undefined
  : S['multiple'] extends true
    ? string[] | undefined
    : string | undefined;
type Values<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

const COMMON_OPTIONS = {
  json: { type: 'boolean', help: 'print the answer as JSON' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies OptionTable;

export interface Command<T extends OptionTable = OptionTable> {
  readonly summary: string;
  /** Names of what stands besides the options; `[name]` may be left out. */
  readonly takes: readonly string[];
  readonly options: T;
  run(input: CommandInput<T>): Promise<ExitCode>;
}

interface CommandInput<T extends OptionTable> {
  readonly values: Values<T & typeof COMMON_OPTIONS>;
  readonly args: readonly string[];
  readonly terminal: Terminal;
}

/** A command whose options are known only to itself, as the table of all commands holds it. */
export interface AnyCommand {
  readonly summary: string;
  readonly takes: readonly string[];
  readonly options: OptionTable;
  execute(argv: readonly string[], terminal: Terminal, name: string): Promise<ExitCode>;
}

export function defineCommand<const T extends OptionTable>(command: Command<T>): AnyCommand {
  const { summary, takes, options } = command;
  return {
    summary,
    takes,
    options,
    async execute(argv, terminal, name) {
      const { values, positionals } = parse(argv, { ...options, ...COMMON_OPTIONS }, name);
      if (values['help'] === true) {
        for (const line of helpOf(name, command)) terminal.out(line);
        return 0;
      }
      const least = takes.filter((argument) => !argument.startsWith('[')).length;
      const missing = takes[positionals.length];
      if (positionals.length < least) throw usageError(`\`${missing}\` is missing: ${usage(name, command)}`);
      if (positionals.length > takes.length) {
        throw usageError(
          `\`${positionals[takes.length]}\` is one argument too many: ${usage(name, command)}`,
        );
      }
      return command.run({
        values: values as Values<T & typeof COMMON_OPTIONS>,
        args: positionals,
        terminal,
      });
    },
  };
}

function parse(argv: readonly string[], options: OptionTable, name: string) {
  const config = Object.fromEntries(
    Object.entries(options).map(([option, { type, short, multiple }]) => [
      option,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  ) satisfies NonNullable<ParseArgsConfig['options']>;
  try {
    return parseArgs({ args: [...argv], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw usageError(`${explain(error)}; see \`countersign ${name} --help\``);
  }
}

function explain(error: TypeError & { readonly code?: unknown }): string {
  const named = /'(-[^' ]*)/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `unknown option \`${named}\``;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return error.message.includes('does not take')
        ? `\`${named}\` takes no value`
        : `\`${named}\` needs a value`;
    default:
      return error.message;
  }
}

function usage(name: string, { takes, options }: Pick<Command, 'takes' | 'options'>): string {
  const args = takes.map((argument) => (argument.startsWith('[') ? argument : `<${argument}>`));
  const hasOptions = Object.keys(options).length > 0;
  return ['countersign', name, ...args, ...(hasOptions ? ['[options]'] : [])].join(' ');
}

function helpOf(name: string, command: Pick<Command, 'summary' | 'takes' | 'options'>): string[] {
  const rows = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(
    ([option, spec]: [string, OptionSpec]) => {
      const short = spec.short === undefined ? '' : `-${spec.short}, `;
      return [
        `${short}--${option}${spec.type === 'string' ? ` <${spec.value ?? 'value'}>` : ''}`,
        spec.help,
      ] as const;
    },
  );
  const widest = Math.max(...rows.map(([flag]) => flag.length));
  return [
    usage(name, command),
    '',
    `${command.summary}.`,
    '',
    ...rows.map(([flag, help]) => `  ${flag.padEnd(widest)}  ${help}`),
    '',
    'Exit code: 0 fine, 1 the answer is no, 2 it could not run.',
  ];
}
