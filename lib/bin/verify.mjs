// `npm run verify`: everything that can be checked in under a minute without a server.
import { join } from 'node:path'
import { needNode, needPackages, root, run, tool } from './steps.mjs'

needNode()
await needPackages()

const checks = [
  ['format and lint', () => tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])],
  ['types', () => tool('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json'])],
  ['types of the published half', () => tool('typescript/bin/tsc', ['--noEmit', '-p', 'lib/tsconfig.json'])],
  ['types of the benchmark', () => tool('typescript/bin/tsc', ['--noEmit', '-p', 'lib/bench/tsconfig.json'])],
  ['unused code', () => tool('knip/bin/knip.js', ['--treat-config-hints-as-errors'])],
  [
    'import directions',
    () =>
      tool('dependency-cruiser/bin/dependency-cruise.mjs', [
        ...['--config', 'lib/bin/import-directions.cjs', '--output-type', 'err'],
        ...['lib', 'app', 'components', 'e2e'],
      ]),
  ],
  ['paths named in the docs', () => run(process.execPath, [join(root, 'lib/bin/check-docs.mjs')])],
  [
    'unit tests',
    () =>
      tool('vitest/vitest.mjs', [
        'run',
        '--config',
        'lib/vitest.config.ts',
        '--project',
        'unit',
        '--project',
        'dom',
      ]),
  ],
]

for (const [name, check] of checks) {
  const began = performance.now()
  const code = await check()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (code !== 0) {
    console.error(`verify: ${name} failed after ${seconds} s`)
    process.exit(code)
  }
  console.log(`verify: ${name} ok (${seconds} s)`)
}
