import { describe, expect, test } from 'vitest'
import { ServerClock } from './server-clock.ts'

const at = (ms: number) => new Date(ms).toISOString()

describe('the clock of the service', () => {
  test('is not known before the service was heard', () => {
    expect(new ServerClock(() => 5).now()).toBeNull()
  })

  test('goes on by the monotonic clock of the page', () => {
    let monotonic = 100
    const clock = new ServerClock(() => monotonic)
    clock.note(at(1_000_000))
    monotonic = 350
    expect(clock.now()).toBe(1_000_250)
  })

  test('trusts the message that travelled least', () => {
    let monotonic = 0
    const clock = new ServerClock(() => monotonic)
    clock.note(at(1_000_000))
    monotonic = 1_000
    clock.note(at(1_000_700))
    expect(clock.now()).toBe(1_001_000)
  })

  test('follows a service whose clock was set back, once the old messages are forgotten', () => {
    let monotonic = 0
    const clock = new ServerClock(() => monotonic)
    clock.note(at(9_000_000))
    for (let i = 1; i <= 20; i += 1) {
      monotonic = i * 1_000
      clock.note(at(1_000_000 + i * 1_000))
    }
    expect(clock.now()).toBe(1_020_000)
  })
})
