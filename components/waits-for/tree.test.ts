import { describe, expect, it } from 'vitest'
import { contendedLock, waitsFor } from '@/lib/fleet/test-waits.ts'
import { FIRST, type TreeRow, type Turned, treeRows } from './tree.ts'

const NONE: Turned = new Map()

/** `  worker for orders/42 (1)`, one line each. */
const drawn = (rows: readonly TreeRow[]) =>
  rows.map((row) => {
    const indent = '  '.repeat(row.depth)
    if (row.is === 'rest') return `${indent}${row.left} more for ${row.lock?.name}`
    return `${indent}${row.party.label}${row.lock ? ` for ${row.lock.name}` : ''} (${row.children})`
  })

const chain = waitsFor([
  contendedLock('orders/42', ['api:0'], ['worker:100', 'cron:200']),
  contendedLock('ledger', ['worker:50'], ['report:300']),
])

describe('the tree of who waits for whom', () => {
  it('has whoever waits for nobody at its roots, and under each those that wait for it', () => {
    expect(drawn(treeRows(chain, NONE))).toEqual([
      'api (2)',
      '  worker for orders/42 (1)',
      '    report for ledger (0)',
      '  cron for orders/42 (0)',
    ])
  })

  it('folds and unfolds', () => {
    const [root] = treeRows(chain, NONE)
    expect(drawn(treeRows(chain, new Map([[root?.key ?? '', false]])))).toEqual(['api (2)'])
  })

  it('shows the first of a long queue, and the rest when it is asked for', () => {
    const many = Array.from({ length: 22 }, (_, index) => `w${index}`)
    const queue = waitsFor([contendedLock('big', ['one'], many)])
    const rows = treeRows(queue, NONE)
    expect(rows).toHaveLength(1 + FIRST + 1)
    expect(drawn(rows).at(-1)).toBe('  17 more for big')
    expect(treeRows(queue, new Map([[rows.at(-1)?.key ?? '', true]]))).toHaveLength(23)
  })

  it('hangs nobody under a hold that was taken after the wait began', () => {
    const apart = waitsFor([
      contendedLock('a', ['api:0'], ['worker:0']),
      contendedLock('b', ['worker:9000'], ['cron:9500']),
    ])
    expect(drawn(treeRows(apart, NONE))).toEqual([
      'api (1)',
      '  worker for a (0)',
      'worker (1)',
      '  cron for b (0)',
    ])
  })
})
