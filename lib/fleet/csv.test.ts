import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvRecord } from './csv.ts'

/** Reads RFC 4180 and nothing looser. */
function parse(text: string): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      const cell = /"((?:[^"]|"")*)"|[^",\r\n]*/y
      cell.lastIndex = at
      const found = cell.exec(text)
      record.push(found?.[1] === undefined ? (found?.[0] ?? '') : found[1].replaceAll('""', '"'))
      at += found?.[0].length ?? 0
      if (text[at] !== ',') break
      at += 1
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no line end at ${at}`)
    at += 2
    records.push(record)
  }
  return records
}

it('writes what a strict reader reads back, whatever stands in the cells', () => {
  const cells = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', ',', '\r\n', '', 'a"b')),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (records) => {
      const read = parse(records.map(csvRecord).join(''))
      expect(
        read.map((record) => record.map((cell) => cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, ''))),
      ).toEqual(records.map((record) => record.map((cell) => cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, ''))))
    }),
  )
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=cmd|" /C calc"!A0'])(
  'makes a text of %j, which a spreadsheet would run',
  (cell) => {
    expect(parse(csvRecord([cell]))[0]?.[0]).toBe(`'${cell}`)
  },
)

it('leaves numbers, and nothing where nothing is known', () => {
  expect(csvRecord([-1, null, 0, ''])).toBe('-1,,0,\r\n')
})
