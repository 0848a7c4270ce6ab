import { describe, expect, it } from 'vitest'
import { toKeyId } from '../engines/key-id.ts'
import { LockIds } from './lock-ids.ts'

const key = (text: string) => toKeyId(Buffer.from(text))

describe('ids of the locks of a backend', () => {
  it('lead back to the key, also of a lock that was never seen', () => {
    const id = new LockIds('a', 0).idOf(key('lk:{x}'))
    expect(new LockIds('a', 0).keyOf(id)).toBe(key('lk:{x}'))
  })

  it('of another backend or database lead nowhere', () => {
    const id = new LockIds('a', 0).idOf(key('lk:{x}'))
    expect(new LockIds('b', 0).keyOf(id)).toBeNull()
    expect(new LockIds('a', 1).keyOf(id)).toBeNull()
    expect(new LockIds('a', null).keyOf(id)).toBeNull()
    expect(new LockIds('a', 0).keyOf('nonsense')).toBeNull()
  })

  it('of long keys are short, and known as long as the lock is', () => {
    const ids = new LockIds('a', 0)
    const long = key('x'.repeat(5_000))
    const id = ids.idOf(long)
    expect(id.length).toBeLessThan(80)
    expect(ids.keyOf(id)).toBe(long)
    ids.forget(long)
    expect(ids.keyOf(id)).toBeNull()
  })
})
