import { expect, it } from 'vitest'
import { withoutUserinfo } from './log.ts'

it.each([
  ['redis://ana:secret@h:6379 is away', 'redis://***@h:6379 is away'],
  ['redis://:sec@ret@h:6379', 'redis://***@h:6379'],
  ['redis://:sec/ret@h:6379', 'redis://***@h:6379'],
  ['https://h:2379/health', 'https://h:2379/health'],
])('takes the credentials out of %s', (text, clean) => expect(withoutUserinfo(text)).toBe(clean))
