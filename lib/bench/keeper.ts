import { setTimeout as pause } from 'node:timers/promises'
import { answerParent } from './ask-child.ts'
import { type CandidateId, openCandidate } from './candidates.ts'
import type { Contender, Place, Release } from './contender.ts'

/** A process that holds many locks, and says what that costs it. */

export type KeeperOrder =
  | { kind: 'open'; id: CandidateId; place: Place }
  | { kind: 'hold'; from: number; to: number }
  | { kind: 'release' }
  /** In bytes, after a garbage collection. */
  | { kind: 'heap' }
  /** In milliseconds of a core, over a time. */
  | { kind: 'cpu'; forMs: number }

const AT_ONCE = 250

let contender: Contender | null = null
let releases: Release[] = []

answerParent<KeeperOrder, number>(async (order) => {
  switch (order.kind) {
    case 'open':
      contender = await openCandidate(order.id, order.place)
      return 0
    case 'hold':
      for (let at = order.from; at < order.to; at += AT_ONCE) await hold(at, Math.min(at + AT_ONCE, order.to))
      return releases.length
    case 'release':
      for (const release of releases) await release()
      releases = []
      return 0
    case 'heap':
      await pause(500)
      for (let times = 0; times < 3; times += 1) globalThis.gc?.()
      return process.memoryUsage().heapUsed
    case 'cpu':
      return await cpuOver(order.forMs)
  }
})

async function hold(from: number, to: number): Promise<void> {
  const names = Array.from({ length: to - from }, (_, at) => `customer/${from + at}`)
  releases.push(...(await Promise.all(names.map((name) => contender?.acquire(name))).then(known)))
}

const known = (all: readonly (Release | undefined)[]): Release[] => all.filter((one) => one !== undefined)

async function cpuOver(forMs: number): Promise<number> {
  const before = process.cpuUsage()
  await pause(forMs)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
