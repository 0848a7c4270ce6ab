// `npm run test:long`: what takes longer than a change should wait for. Every failure prints the seed that repeats it.
import { join } from 'node:path'
import { needNode, needPackages, root, run } from './steps.mjs'

const [schedules = '1000000', seconds = '600'] = process.argv.slice(2)
const typescript = (file, ...args) => run(process.execPath, ['--import', 'tsx', join(root, file), ...args])

needNode()
await needPackages()
const codes = [
  await typescript('lib/simulation/long.ts', '--schedules', schedules),
  await typescript('lib/faults/soak.ts', '--seconds', seconds),
]
process.exit(codes.some((code) => code !== 0) ? 1 : 0)
