import { describe, expect, it, vi } from 'vitest'
import { Leases } from './leases.ts'
import type { Members } from './members.ts'
import { MemberTrouble } from './members-trouble.ts'

/** Members of which only leases are asked. */
function membersWith(answer: (lease: string) => object) {
  const asked: string[] = []
  const leaseTimeToLive = async ({ ID }: { ID: string }) => {
    asked.push(ID)
    return answer(ID)
  }
  const ask: Members['ask'] = (question) =>
    question({ leaseClient: { leaseTimeToLive } } as never, { deadline: 0 })
  return { asked, members: { ask } as Members }
}
const full = (TTL: number, keys = 1) => ({ TTL: `${TTL}`, grantedTTL: '30', keys: Array(keys).fill('k') })

describe('what leases have left', () => {
  it('is a lower bound that shrinks with time, and is unknown when it is over', async () => {
    vi.useFakeTimers()
    const leases = new Leases(membersWith(() => full(20)).members)
    await leases.ask(['7'])
    expect(leases.left('7')).toEqual({ remainingMs: 20_000, remainingIs: 'at-least', ttlMs: 30_000 })
    vi.advanceTimersByTime(15_000)
    expect(leases.left('7')).toEqual({ remainingMs: 5_000, remainingIs: 'at-least', ttlMs: 30_000 })
    vi.advanceTimersByTime(6_000)
    expect(leases.left('7')).toEqual({ remainingMs: null, remainingIs: 'unknown', ttlMs: 30_000 })
    vi.useRealTimers()
  })

  it('is asked once for all who look at the same time, and for so many a second only', async () => {
    const { asked, members } = membersWith(() => full(20, 3))
    const leases = new Leases(members)
    await leases.ask(['7', '7', '0'])
    await leases.ask(['7'])
    expect(asked).toEqual(['7'])
    expect(leases.others('7')).toBe(2)
    await leases.ask(Array.from({ length: 200 }, (_, at) => String(at + 100)))
    expect(asked.length).toBeLessThanOrEqual(50)
    expect(leases.left('299').remainingIs).toBe('unknown')
  })

  it('is forgotten when the lease is gone', async () => {
    vi.useFakeTimers()
    let ttl = 20
    const leases = new Leases(membersWith(() => full(ttl)).members)
    await leases.ask(['7'])
    vi.advanceTimersByTime(2_000)
    ttl = -1
    await leases.ask(['7'])
    expect(leases.left('7')).toEqual({ remainingMs: null, remainingIs: 'unknown', ttlMs: null })
    vi.useRealTimers()
  })

  it('may not be asked by everybody, which is no trouble and is told', async () => {
    const refused = new MemberTrouble('m1: no', { cause: new Error('7: etcdserver: permission denied') })
    const leases = new Leases({ ask: () => Promise.reject(refused) } as unknown as Members)
    await leases.ask(['7'])
    expect(leases.left('7').remainingIs).toBe('unknown')
    expect(leases.isRefused).toBe(true)
  })

  it('stays as it was when nobody answers', async () => {
    const { members } = membersWith(() => {
      throw new Error('no answer within 1500 ms')
    })
    const leases = new Leases(members)
    await leases.ask(['7'])
    expect(leases.isRefused).toBe(false)
  })
})
