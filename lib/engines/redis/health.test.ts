import { describe, expect, it } from 'vitest'
import { parseInfo } from './health.ts'

describe('INFO', () => {
  it('is read line by line, whatever values contain', () => {
    const info = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\nos:Linux: x\r\n\r\nbroken\r\nslave0:ip=1,offset=5\r\n',
    )
    expect([...info]).toEqual([
      ['redis_version', '7.0.15'],
      ['os', 'Linux: x'],
      ['slave0', 'ip=1,offset=5'],
    ])
  })
})
