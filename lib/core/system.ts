import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { type Clock, sleepOn } from './clock.ts'
import type { Owner } from './owner.ts'
import type { Random } from './random.ts'

/** The only file of the core that touches what is global: time, chance, and the process we are in. */

const LONGEST_TIMER_MS = 2 ** 31 - 1

const after: Clock['after'] = (ms, run) => {
  const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_TIMER_MS))
  return () => clearTimeout(timer)
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after,
  sleep: sleepOn(after),
}

export const systemRandom: Random = {
  token: () => randomBytes(16).toString('hex'),
  fraction: () => Math.random(),
}

/** This run of this process, completed with what the caller knows about it. */
export function thisProcess(known: Pick<Owner, 'service'> & Partial<Owner>): Owner {
  return {
    host: hostname(),
    pid: process.pid,
    process: randomBytes(8).toString('hex'),
    ...known,
  }
}
