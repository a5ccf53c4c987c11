import { defineConfig } from 'vitest/config';

// Two projects: unit tests stand beside the code and share workers; black-box tests spawn real
// processes, so they run a few at a time and may take longer.
export default defineConfig({
  test: {
    // As the program itself (apps/gateway/src/cli/v8-flags.ts): tests start many threads.
    execArgv: ['--no-wasm-generic-wrapper'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['apps/*/src/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
