import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname
const report = process.env.VITEST_REPORT

const proofs = [
  'lib/**/*.conformance.test.ts',
  'lib/**/*.faults.servers.test.ts',
  'lib/**/differential.servers.test.ts',
]
const onServers = {
  sequence: { groupOrder: 2 },
  environment: 'node' as const,
  testTimeout: 30_000,
  hookTimeout: 30_000,
  maxWorkers: 2,
}

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
          // Properties are tried on many cases, also on a busy machine.
          testTimeout: 30_000,
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
          ...onServers,
          name: 'servers',
          include: ['lib/**/*.servers.test.ts'],
          exclude: proofs,
          // A busy machine may make a server late. What is proven of the locks is never tried twice.
          retry: 1,
        },
      },
      {
        extends: true,
        test: { ...onServers, name: 'proofs', include: proofs },
      },
    ],
  },
})
