import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { contended } from './parts/contended.ts'
import { contendedQuorum } from './parts/contended-quorum.ts'
import { etcd } from './parts/etcd.ts'
import { footprint } from './parts/footprint.ts'
import { pages } from './parts/pages.ts'
import type { Part } from './parts/part.ts'
import { quorum } from './parts/quorum.ts'
import { renewals } from './parts/renewals.ts'
import { sweep } from './parts/sweep.ts'
import { uncontended } from './parts/uncontended.ts'
import { watch } from './parts/watch.ts'
import { readSettings, type Settings, USAGE } from './settings.ts'

const PARTS: readonly Part[] = [
  uncontended,
  quorum,
  contended,
  contendedQuorum,
  etcd,
  renewals,
  footprint,
  pages,
  watch,
  sweep,
]

const settings = readOrExplain()
const chosen = PARTS.filter(({ name }) => settings.parts.length === 0 || settings.parts.includes(name))
console.log(`${machine()}; medians (lowest to highest) of ${settings.rounds} in turn.`)
for (const { title, run } of chosen) {
  console.log(`\n### ${title}\n`)
  console.log(await run(settings))
}
// Whatever a peer keeps open must not keep us.
process.exit()

function readOrExplain(): Settings {
  try {
    const read = readSettings(process.argv.slice(2))
    const stray = read.parts.find((name) => !PARTS.some((part) => part.name === name))
    if (stray) throw new Error(`There is no part ${stray}.`)
    return read
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(`${USAGE}\nParts: ${PARTS.map(({ name }) => name).join(', ')}`)
    process.exit(1)
  }
}

function machine(): string {
  const redis = /v=([\d.]+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1]
  const etcd = /Version: ([\d.]+)/.exec(execFileSync('etcd', ['--version'], { encoding: 'utf8' }))?.[1]
  const installed = new URL('../../node_modules/ioredis/package.json', import.meta.url)
  const ioredis = JSON.parse(readFileSync(installed, 'utf8')).version
  return `Node ${process.versions.node}, ioredis ${ioredis}, Redis ${redis}, etcd ${etcd}, ${availableParallelism()} cores`
}
