import { describe, expect, it } from 'vitest'
import { shortName, withShortName } from './short-name.ts'
import { merged, voters } from './test-locks.ts'

const named = (name: string) => ({
  ...merged(voters('A')),
  name,
  nameBytes: Buffer.from(name).toString('base64'),
})

describe('the name of a lock beside others', () => {
  it('is whole when it is not very long', () => {
    const lock = named('ü'.repeat(511))
    expect(withShortName(lock)).toBe(lock)
    expect(shortName(lock)).toBe(lock.name)
  })

  it('of half a megabyte is how it begins, and how long it is', () => {
    const whole = `orders/${'x'.repeat(499_994)}`
    const { name, nameBytes, nameSize } = withShortName(named(whole))
    expect(name).toMatch(/^orders\/x+… \(500 KB\)$/)
    expect(nameSize).toBe(500_001)
    expect(Buffer.from(nameBytes, 'base64').toString()).toBe(whole.slice(0, 1_023))
    expect(shortName(named('y'.repeat(1_024)))).toMatch(/y… \(1\.0 KB\)$/)
  })

  it('is not cut within a character', () => {
    const { name } = withShortName(named(`x${'🔒'.repeat(600)}`))
    expect(Buffer.from(name).toString()).toBe(name)
  })
})
