import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Found, howToReplay } from './run-many.ts'
import { createTally } from './tally.ts'
import { linesOf } from './tell-tally.ts'

/** `node --import tsx lib/simulation/long.ts --schedules 1000000 --from 1`: on all cores, until one goes wrong. */
const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const [schedules, from, workers] = [values.schedules, values.from, values.workers].map(Number)
const PIECE = 500
const SAY_EVERY_MS = 15_000

interface Done {
  counts: [string, number][]
  found: Found | null
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const tally = createTally()
const began = performance.now()
let next = from as number
const end = next + (schedules as number)
const found: Found[] = []
let saidAt = began

await Promise.all(Array.from({ length: workers as number }, work))
for (const line of linesOf(tally)) say(line)
const seconds = (performance.now() - began) / 1_000
say(`${tally.of('schedules')} schedules in ${seconds.toFixed(0)} s`)
for (const one of found) say(howToReplay(one))
say(found.length > 0 ? 'FAILED' : 'nothing went wrong')
process.exit(found.length > 0 ? 1 : 0)

async function work(): Promise<void> {
  const worker = fork(fileURLToPath(new URL('./long-worker.ts', import.meta.url)))
  while (next < end && found.length === 0) {
    const piece = { from: next, count: Math.min(PIECE, end - next) }
    next += piece.count
    const done = await doneBy(worker, piece)
    tally.add(done.counts)
    if (done.found) found.push(done.found)
    progress()
  }
  worker.kill()
}

function doneBy(worker: ChildProcess, piece: { from: number; count: number }): Promise<Done> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null, signal: string | null) =>
      reject(new Error(`a worker ended with ${signal ?? code}, somewhere from seed ${piece.from} on`))
    worker.once('exit', gone)
    worker.once('message', (done: Done) => {
      worker.off('exit', gone)
      resolve(done)
    })
    worker.send(piece)
  })
}

function progress(): void {
  if (performance.now() - saidAt < SAY_EVERY_MS) return
  saidAt = performance.now()
  const done = tally.of('schedules')
  say(`${done} schedules, ${(done / ((saidAt - began) / 1_000)).toFixed(0)} a second`)
}
