import { describe, expect, it } from 'vitest'
import { isOurHost, isOurOrigin } from './host.ts'

describe('a host name', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST', '[::1]:3000', '127.0.0.1', '127.8.9.1:80'])(
    'is ours: %s',
    (host) => expect(isOurHost(host, null)).toBe(true),
  )

  it.each([
    null,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    'evil.example/127.0.0.1',
    'evil.example#localhost',
    '10.0.0.1:3000',
    '0.0.0.0',
    'locks.example.com',
    'local host',
  ])('is not ours: %s', (host) => expect(isOurHost(host, null)).toBe(false))

  it('is ours when it is the public one, with its very port', () => {
    expect(isOurHost('locks.example.com', 'https://locks.example.com')).toBe(true)
    expect(isOurHost('Locks.Example.com', 'https://locks.example.com')).toBe(true)
    expect(isOurHost('locks.example.com:8443', 'https://locks.example.com')).toBe(false)
    expect(isOurHost('locks.example.com:8443', 'https://locks.example.com:8443')).toBe(true)
  })
})

describe('an origin', () => {
  it('is ours when it is the address that was asked, or the public one', () => {
    expect(isOurOrigin('http://127.0.0.1:3000', '127.0.0.1:3000', null)).toBe(true)
    expect(isOurOrigin('https://locks.example.com', 'locks.example.com', 'https://locks.example.com')).toBe(
      true,
    )
  })

  it('is not ours when it is missing, opaque, of another port, scheme or name', () => {
    for (const origin of [
      null,
      'null',
      'http://127.0.0.1:3001',
      'https://127.0.0.1:3000',
      'http://localhost:3000',
    ]) {
      expect(isOurOrigin(origin, '127.0.0.1:3000', null)).toBe(false)
    }
    expect(isOurOrigin('http://locks.example.com', '127.0.0.1:3000', 'https://locks.example.com')).toBe(false)
  })
})
