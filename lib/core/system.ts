import { randomBytes, randomFillSync } from 'node:crypto'
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

const TOKEN_BYTES = 16
/** Asking the system for a few bytes costs as much as asking it for many. */
const pool = Buffer.alloc(256 * TOKEN_BYTES)
let used = pool.length

function token(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const from = used
  used += TOKEN_BYTES
  return pool.toString('hex', from, used)
}

export const systemRandom: Random = { token, fraction: () => Math.random() }

/** This run of this process, completed with what the caller knows about it. */
export function thisProcess(known: Pick<Owner, 'service'> & Partial<Owner>): Owner {
  return {
    host: hostname(),
    pid: process.pid,
    process: randomBytes(8).toString('hex'),
    ...known,
  }
}
