import { EventEmitter } from 'node:events'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNodeClock } from './node-clock.ts'

/** A server whose clock is this much ahead, and which takes its time on the way there and back. */
class SlowServer extends EventEmitter {
  aheadMs = 1_000_000
  thereMs = 0
  backMs = 0

  async time() {
    await pause(this.thereMs)
    const now = performance.now() + this.aheadMs
    await pause(this.backMs)
    return [String(Math.floor(now / 1_000)), String(Math.round((now % 1_000) * 1_000))]
  }
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let server: SlowServer
beforeEach(() => {
  vi.useFakeTimers()
  server = new SlowServer()
})
afterEach(() => void vi.useRealTimers())

const learn = async () => {
  const clock = createNodeClock(server as unknown as Redis)
  const learning = clock.learn()
  await vi.advanceTimersByTimeAsync(server.thereMs + server.backMs + 2)
  await learning
  return (clock.at(performance.now()) ?? Number.NaN) - performance.now()
}

test('knows the time of a server that answers at once', async () => {
  expect(await learn()).toBeCloseTo(server.aheadMs, -1)
})

test('is not misled by a server that was stopped before it answered', async () => {
  server.thereMs = 8_000
  expect(await learn()).toBeCloseTo(server.aheadMs, -1)
})

test('never takes the server to be ahead of its time, however late the answer comes', async () => {
  server.backMs = 400
  expect(await learn()).toBeLessThanOrEqual(server.aheadMs)
})
