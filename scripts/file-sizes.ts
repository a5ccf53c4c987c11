// Keeps source files small: a file over the cap is probably two ideas. Prints the median too, since that drifts first.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const CAP_BYTES = 16 * 1024;

const files = execFileSync(
  'git',
  [
    'ls-files',
    '-co',
    '--exclude-standard',
    ':(glob)apps/*/src/**',
    ':(glob)packages/*/src/**',
    'scripts',
    'bench',
  ],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/\.test\.tsx?$/.test(file) && existsSync(file));
const sizes = files.map((file) => ({ file, bytes: statSync(file).size })).sort((a, b) => a.bytes - b.bytes);
const median = sizes[Math.floor(sizes.length / 2)]?.bytes ?? 0;
process.stdout.write(
  `${sizes.length} source files, median ${median} bytes, largest ${sizes.at(-1)?.bytes ?? 0}\n`,
);

const large = sizes.filter(({ bytes }) => bytes > CAP_BYTES);
for (const { file, bytes } of large)
  process.stderr.write(`${file}: ${bytes} bytes is over the cap of ${CAP_BYTES}\n`);
process.exitCode = large.length === 0 ? 0 : 1;
