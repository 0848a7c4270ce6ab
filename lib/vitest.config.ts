import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname
const report = process.env.VITEST_REPORT

export default defineConfig({
  root,
  resolve: { alias: { '@': root } },
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{lib,components}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.servers.test.ts', '**/*.conformance.test.ts', '**/*.dom.test.tsx'],
          environment: 'node',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'dom',
          sequence: { groupOrder: 1 },
          include: ['components/**/*.dom.test.tsx'],
          environment: 'happy-dom',
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          sequence: { groupOrder: 2 },
          include: ['lib/**/*.servers.test.ts', 'lib/**/*.conformance.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
