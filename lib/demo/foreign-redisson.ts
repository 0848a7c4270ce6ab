import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { again, rest, somewhereIn } from './chance.ts'

/** Redisson: a hash from holders, a client's UUID and a thread, to how often each has it. */
const WATCHDOG_MS = 30_000
const RENEW_MS = 10_000
const GIVEN_UP_AFTER_MS = 60_000

const STOCK = 'stock:rebalance'
const PAYOUTS = 'payouts:batch'
const PRICES = 'prices:table'

export function playRedisson(jobs: Redis, signal: AbortSignal): Promise<void>[] {
  const clients = [randomUUID(), randomUUID(), randomUUID()]
  const holder = (client: number, thread: number) => `${clients[client]}:${thread}`
  return [
    again(signal, [2_000, 5_000], () => watched(jobs, holder(0, 44), signal)),
    again(signal, [4_000, 8_000], () => fair(jobs, [holder(0, 61), holder(1, 61), holder(2, 73)], signal)),
    again(signal, [2_000, 4_000], () =>
      readThenWrite(jobs, [holder(1, 12), holder(2, 15)], holder(0, 9), signal),
    ),
  ]
}

/** Renewed by the watchdog of its client, as long as that lives. */
async function watched(jobs: Redis, holder: string, signal: AbortSignal): Promise<void> {
  await jobs.multi().hset(STOCK, holder, 1).pexpire(STOCK, WATCHDOG_MS).exec()
  for (let turn = 0; turn < 2 && !signal.aborted; turn++) {
    await rest(RENEW_MS, signal)
    await jobs.pexpire(STOCK, WATCHDOG_MS)
  }
  await rest(somewhereIn([1_000, 5_000]), signal)
  await free(jobs, STOCK)
}

/** Of a client that died while it waited: nobody has asked since. */
const DEAD = `${randomUUID()}:88`

/** Whoever waits is in a list, and in a sorted set with the time at which it is given up. */
async function fair(jobs: Redis, holders: readonly string[], signal: AbortSignal): Promise<void> {
  const queue = `redisson_lock_queue:{${PAYOUTS}}`
  const timeouts = `redisson_lock_timeout:{${PAYOUTS}}`
  await jobs.del(queue, timeouts)
  for (const [at, holder] of holders.entries()) {
    const waiting = holders.slice(at + 1)
    const turn = jobs.multi().lrem(queue, 0, holder).zrem(timeouts, holder)
    turn.hset(PAYOUTS, holder, 1).pexpire(PAYOUTS, WATCHDOG_MS)
    if (at === 0) {
      for (const waiter of waiting)
        turn.rpush(queue, waiter).zadd(timeouts, Date.now() + GIVEN_UP_AFTER_MS, waiter)
    }
    turn
      .lrem(queue, 0, DEAD)
      .rpush(queue, DEAD)
      .zadd(timeouts, Date.now() - 1_000, DEAD)
    await turn.exec()
    await rest(somewhereIn([4_000, 7_000]), signal)
    await free(jobs, PAYOUTS)
  }
}

async function readThenWrite(
  jobs: Redis,
  readers: readonly string[],
  writer: string,
  signal: AbortSignal,
): Promise<void> {
  const reading = jobs.multi().hset(PRICES, 'mode', 'read')
  for (const reader of readers) {
    reading.hset(PRICES, reader, 1)
    reading.set(`{${PRICES}}:${reader}:rwlock_timeout:1`, 1, 'PX', WATCHDOG_MS)
  }
  await reading.pexpire(PRICES, WATCHDOG_MS).exec()
  await rest(somewhereIn([3_000, 6_000]), signal)
  await jobs.del(PRICES, ...readers.map((reader) => `{${PRICES}}:${reader}:rwlock_timeout:1`))
  const writing = jobs.multi().hset(PRICES, 'mode', 'write', `${writer}:write`, 1)
  await writing.pexpire(PRICES, WATCHDOG_MS).exec()
  await rest(somewhereIn([2_000, 4_000]), signal)
  await jobs.del(PRICES)
}

async function free(jobs: Redis, name: string): Promise<void> {
  await jobs.multi().del(name).publish(`redisson_lock__channel:{${name}}`, '0').exec()
}
