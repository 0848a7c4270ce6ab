import { describe, expect, it } from 'vitest'
import { SAMPLE_NOW, sampleHolder, sampleLock } from '../admin/sample-lock.ts'
import { exportSchema } from '../fleet/export-lock.ts'
import type { Lock } from '../fleet/lock.ts'
import { showName } from '../fleet/names.ts'
import type { FleetBackend } from '../fleet/node.ts'
import { type ExportPart, type Exports, openExports } from './lock-export.ts'
import { type SampleTable, sampleTable } from './sample-table.ts'

const named = (bytes: Uint8Array, more: Partial<Lock> = {}): Lock =>
  sampleLock({
    id: Buffer.from(bytes).toString('hex'),
    name: showName(bytes),
    nameBytes: Buffer.from(bytes).toString('base64'),
    ...more,
  })
const SILENT: FleetBackend = {
  ...{
    id: 'pay',
    kind: 'redlock',
    environment: null,
    demo: false,
    canLose: null,
    reading: 'pushed',
    sweptAt: null,
  },
  nodes: [{ name: 'r4', votes: true, state: 'no-answer' } as FleetBackend['nodes'][number]],
  quorum: { needed: 1, of: 1, answering: 0 },
}
const many = (count: number) => Array.from({ length: count }, (_, n) => named(Buffer.from(`orders/${n}`)))
const open = (table: SampleTable, now = () => SAMPLE_NOW) =>
  openExports({ locks: table, backends: () => [SILENT], now })

async function whole(
  exports: Exports,
  q: string,
  format: 'csv' | 'json',
  between = () => {},
): Promise<string[]> {
  let part = await exports.begin({ q, format })
  const parts = [part.text]
  while (part.ticket !== null) {
    between()
    part = exports.next(part.ticket)
    parts.push(part.text)
  }
  return parts
}
const json = (parts: string[]) => exportSchema.parse(JSON.parse(parts.join('')))

describe('an export', () => {
  it('has every lock that the filter matches and no other, part after part', async () => {
    const table = sampleTable([...many(450), named(Buffer.from('cache/1'))])
    const parts = await whole(open(table), 'prefix:orders/', 'json')
    expect(parts.length).toBeGreaterThan(3)
    const { locks, count, q, incomplete } = json(parts)
    expect([locks.length, count, q]).toEqual([450, 450, 'prefix:orders/'])
    expect(incomplete).toEqual([{ backend: 'pay', nodes: ['r4'] }])
    expect(locks.every(({ name }) => name.startsWith('orders/'))).toBe(true)
  })

  it('hides candidates unless they are asked for, as every list does', async () => {
    const table = sampleTable([named(Buffer.from('maybe'), { confidence: 'candidate' })])
    expect(json(await whole(open(table), '', 'json')).count).toBe(0)
    expect(json(await whole(open(table), 'confidence:candidate', 'json')).count).toBe(1)
  })

  it('leaves out what is gone when its turn comes, and counts what it told', async () => {
    const table = sampleTable(many(300))
    const parts = await whole(open(table), '', 'json', () =>
      table.delete(Buffer.from('orders/299').toString('hex')),
    )
    expect(json(parts)).toMatchObject({ count: 299 })
  })

  it('is a whole file also when nothing matches', async () => {
    const exports = open(sampleTable())
    expect(json(await whole(exports, '', 'json'))).toMatchObject({ locks: [], count: 0 })
    expect(await whole(exports, '', 'csv')).toEqual([expect.stringMatching(/^id,backend,.*\r\n/)])
  })

  it('says below its records who gave no answer, at its beginning or at its end', async () => {
    let silent: FleetBackend[] = []
    const exports = openExports({
      locks: sampleTable(many(150)),
      backends: () => silent,
      now: () => SAMPLE_NOW,
    })
    const records = async (between?: () => void) =>
      (await whole(exports, '', 'csv', between)).join('').split('\r\n').slice(1, -1)
    expect(await records()).toHaveLength(150)
    const fails = () => {
      silent = [SILENT]
    }
    const remark = '# Of pay: r4 gave no answer; its locks may be missing or old.'
    expect((await records(fails)).slice(150)).toEqual([remark])
    const recovers = () => {
      silent = []
    }
    expect((await records(recovers)).slice(150)).toEqual([remark])
  })

  it('carries names byte for byte, however hostile, and runs nothing in a spreadsheet', async () => {
    const names = ['=1+1', '-"a",\r\n', 'x\u202ey', 'a\u0000'].map((name) => Buffer.from(name))
    const table = sampleTable([...names, Buffer.from([0xff, 0xfe, 0x3d])].map((name) => named(name)))
    const text = (await whole(open(table), '', 'csv')).join('')
    const records = text.split('\r\n').filter((line) => line !== '')
    expect(records).toHaveLength(7)
    for (const name of names) expect(text).toContain(`,${name.toString('hex')},`)
    expect(text).toContain(",'=1+1,")
    expect(text).toContain(`,"'-""a"",\\x0d\\x0a",`)
    const locks = json(await whole(open(table), '', 'json')).locks
    expect(locks.map(({ nameBytes }) => Buffer.from(nameBytes, 'base64').toString('hex'))).toContain('fffe3d')
  })

  it('tells absolute times, and says what is not known', async () => {
    const table = sampleTable([
      named(Buffer.from('a'), { waiters: { known: false } }),
      named(Buffer.from('b'), { holders: [sampleHolder({ remainingMs: null, remainingIs: 'none' })] }),
    ])
    const [head, a, b] = (await whole(open(table), '', 'csv')).join('').split('\r\n')
    const cell = (record = '', name: string) => record.split(',')[head?.split(',').indexOf(name) ?? -1]
    expect(cell(a, 'endsAt')).toBe(new Date(SAMPLE_NOW + 9_000).toISOString())
    expect(cell(a, 'waiters')).toBe('unknown')
    expect([cell(b, 'endsAt'), cell(b, 'remainingIs')]).toEqual(['', 'none'])
  })

  it('never makes much at once, however long one lock is', async () => {
    const list = Array.from({ length: 400 }, (_, n) => ({
      ...{ label: `waiter-${n}`, identity: null, tokenDigest: `${n}`, since: null },
    }))
    const table = sampleTable(
      many(100).map((lock) => ({ ...lock, waiters: { known: true, count: 400, list } })),
    )
    const parts = await whole(open(table), '', 'json')
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(400_000)
    expect(json(parts).count).toBe(100)
  })

  it('is forgotten when nobody asks for more, and there are only so many at once', async () => {
    let now = SAMPLE_NOW
    const exports = open(sampleTable(many(300)), () => now)
    const begun: ExportPart[] = []
    for (let n = 0; n < 4; n += 1) begun.push(await exports.begin({ q: '', format: 'csv' }))
    await expect(exports.begin({ q: '', format: 'csv' })).rejects.toMatchObject({ code: 'busy' })
    exports.end(begun[0]?.ticket ?? '')
    await exports.begin({ q: '', format: 'csv' })
    now += 61_000
    await exports.begin({ q: '', format: 'csv' })
    expect(() => exports.next(begun[1]?.ticket ?? '')).toThrow('no such export')
  })

  it('refuses a filter that is not understood before it begins', async () => {
    await expect(open(sampleTable()).begin({ q: 'colour:red', format: 'csv' })).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})
