import { describe, expect, it } from 'vitest'
import { encode, NotUnderstood, Refused, ReplyReader } from './resp.ts'

function read(chunks: readonly Buffer[]): unknown[] {
  const replies: unknown[] = []
  const reader = new ReplyReader((reply) => replies.push(reply))
  for (const chunk of chunks) reader.push(chunk)
  return replies
}

const said = Buffer.from(
  '+OK\r\n:-42\r\n:1795262256676854\r\n$6\r\nключ\r\n'.replace('$6', '$8') +
    '$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*3\r\n:1\r\n*2\r\n$2\r\n\r\n\r\n-WRONGTYPE no\r\n$1\r\nx\r\n-ERR bad\r\n',
)
const heard = [
  ...['OK', -42, 1795262256676854, 'ключ', '', null, null, []],
  [1, ['\r\n', new Refused('WRONGTYPE no')], 'x'],
  new Refused('ERR bad'),
]

describe('replies of Redis', () => {
  it('are read whole', () => {
    expect(read([said])).toEqual(heard)
  })

  it('are read in whatever two pieces they come, also in the middle of a letter', () => {
    for (let at = 1; at < said.length; at++)
      expect(read([said.subarray(0, at), said.subarray(at)])).toEqual(heard)
  })

  it('are read byte by byte', () => {
    expect(read(Array.from(said, (byte) => Buffer.from([byte])))).toEqual(heard)
  })

  for (const strange of [
    'HTTP/1.1 400 Bad Request\r\n',
    'H',
    '\0\0\u0006',
    ':12x\r\n',
    '*2\r\n!3\r\n',
    '$x\r\n',
  ])
    it(`are not ${JSON.stringify(strange)}`, () => {
      expect(() => read([Buffer.from(strange)])).toThrow(NotUnderstood)
    })
})

describe('a command', () => {
  it('says how many bytes each word has, which is more than letters', () => {
    expect(encode(['get', 'lk:{ключ}', 5, ''])).toBe(
      '*4\r\n$3\r\nget\r\n$13\r\nlk:{ключ}\r\n$1\r\n5\r\n$0\r\n\r\n',
    )
  })
})
