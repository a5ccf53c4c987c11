// Reads the few `--name value` options that the example processes take.

/** The value after `--name`, else the environment variable, else undefined. */
function option(name: string, environment?: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  if (at !== -1) return process.argv[at + 1];
  return environment === undefined ? undefined : process.env[environment];
}

/** A required option. Errors: throws when it is missing, and says how to give it. */
export function requiredOption(name: string, environment?: string): string {
  const value = option(name, environment);
  if (value === undefined) throw new Error(`\`--${name}\` is missing; give it as \`--${name} <value>\``);
  return value;
}

/** One of a few words; the first is the default. Errors: throws on anything else. */
export function wordOption<const Words extends readonly [string, ...string[]]>(
  name: string,
  ...words: Words
): Words[number] {
  const text = option(name) ?? words[0];
  const word = words.find((each) => each === text);
  if (word === undefined) throw new Error(`\`--${name}\` is \`${text}\`; give one of ${words.join(', ')}`);
  return word;
}

/** A count or a duration: a whole number ≥ 0. Errors: throws on anything else. */
export function numberOption(name: string, environment: string, fallback: number): number {
  const text = option(name, environment);
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`\`--${name}\` is \`${text}\`; give a whole number that is not negative`);
  }
  return value;
}
