import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewAuditEntry } from '../fleet/audit.ts'
import type { NewEvent } from '../fleet/event.ts'
import { openSql } from './database.ts'
import { openStore, type Store } from './store.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const iso = (at: number) => new Date(at).toISOString()

let dir: string
let now: number
let open: Store[]

const start = (more: { maxEvents?: number; maxAgeMs?: number } = {}, file = 'deep/er/console.db') => {
  const store = openStore(join(dir, file), { now: () => now, onTrouble: () => {}, ...more })
  open.push(store)
  return store
}

const event = (at: number, more: Partial<NewEvent> = {}): NewEvent => ({
  at: iso(at),
  kind: 'granted',
  backend: 'b',
  lock: 'lock-1',
  lockName: 'orders/1',
  node: null,
  tokenDigest: 'd1',
  label: 'billing@h',
  fence: null,
  waiters: null,
  ...more,
})

const act = (more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  actor: 'ana',
  act: 'release',
  plan: 'p1',
  backend: 'b',
  lock: 'lock-1',
  lockName: 'orders/1',
  reason: 'stuck',
  holder: 'billing@h',
  tokenDigest: 'd1',
  result: null,
  says: 'will release',
  nodes: [],
  ...more,
})

const looking = (at: number) =>
  event(at, { kind: 'observing', lock: null, lockName: null, tokenDigest: null, label: null })

const kinds = (store: Store, from: number, to: number) =>
  store.history.ofLock({ lock: 'lock-1', backend: 'b', from, to }).map((each) => [each.kind, each.at])

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-store-'))
  now = START
  open = []
})

afterEach(() => {
  for (const store of open) store.close()
  rmSync(dir, { recursive: true })
})

describe('the store', () => {
  it('makes the folder that it is to live in', () => {
    start()
    expect(existsSync(join(dir, 'deep/er/console.db'))).toBe(true)
  })

  it('lets only its own user read what it keeps: its digest key is in there', () => {
    start().audit.intent(act())
    const folder = join(dir, 'deep/er')
    const files = readdirSync(folder)
    expect(files).toContain('console.db-wal')
    for (const name of files) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
  })

  it('refuses a second console on the same file, and lets one in after the first has closed', () => {
    const first = start()
    expect(() => start()).toThrow(/Another console is using the store .*console\.db/)
    first.close()
    open = []
    expect(
      start()
        .history.since(0, 10)
        .map((each) => each.kind),
    ).toEqual(['not-observing'])
  })

  it('refuses a store of a newer console and leaves it as it is', () => {
    start().close()
    open = []
    const sql = openSql(join(dir, 'deep/er/console.db'), 'fast')
    sql.run('pragma user_version = 99')
    sql.close()
    expect(() => start()).toThrow(/newer console/)
    const after = openSql(join(dir, 'deep/er/console.db'), 'fast')
    expect(after.all('pragma user_version')).toEqual([{ user_version: 99 }])
    after.close()
  })

  it('keeps its digest key from start to start', () => {
    const first = start()
    const key = first.digestKey
    first.close()
    open = []
    const second = start()
    expect(second.digestKey.equals(key)).toBe(true)
    expect(key.length).toBe(32)
  })
})

it('tells why a transaction failed when SQLite itself has undone it, as on a full disk', () => {
  const sql = openSql(join(dir, 'small.db'), 'durable')
  sql.run('create table t (text text)')
  sql.run('pragma max_page_count = 4')
  const fill = () => sql.transaction(() => sql.run('insert into t values (?)', 'x'.repeat(100_000)))
  expect(fill).toThrow(/full/)
  expect(fill).toThrow(/full/)
  sql.run('pragma max_page_count = 1000')
  expect(fill()).toBe(1)
  expect(sql.all('select count(*) as n from t')).toEqual([{ n: 1 }])
  sql.close()
})

describe('the history', () => {
  it('numbers events and gives them back before and after they reach the disk', () => {
    const first = start()
    const [a, b] = first.history.append([event(START + 1), event(START + 2, { kind: 'released' })])
    expect(Number(b?.seq)).toBe(Number(a?.seq) + 1)
    const before = kinds(first, START + 1, START + 9)
    now = START + 10
    first.close()
    open = []
    now = START + 60_000
    expect(before.map(([kind]) => kind)).toEqual(['granted', 'released'])
    expect(kinds(start(), START + 1, START + 9)).toEqual(before)
  })

  it('continues its numbers after a restart', () => {
    const first = start()
    const [a] = first.history.append([event(START + 1)])
    first.close()
    open = []
    const [b] = start().history.append([event(START + 2)])
    expect(Number(b?.seq)).toBeGreaterThan(Number(a?.seq))
  })

  it('tells what a window begins with, but not the renewals before it', () => {
    const { history } = start()
    history.append([
      looking(START + 500),
      event(START + 1_000),
      event(START + 2_000, { kind: 'renewed' }),
      event(START + 5_000, { kind: 'renewed' }),
      event(START + 5_500, { lock: 'other' }),
      event(START + 6_000, { kind: 'node-down', lock: null, node: 'b/n1' }),
      event(START + 6_000, { kind: 'node-down', lock: null, backend: 'elsewhere', node: 'elsewhere/n1' }),
    ])
    const seen = history.ofLock({ lock: 'lock-1', backend: 'b', from: START + 4_000, to: START + 7_000 })
    expect(seen.map((each) => each.kind).slice(-4)).toEqual(['observing', 'granted', 'renewed', 'node-down'])
  })

  it('claims nothing about the time before it first looked', () => {
    expect(start().history.since(0, 10)).toEqual([])
  })

  it('records the time between a clean end and the next start as not observed', () => {
    const first = start()
    first.history.append([looking(START + 100)])
    now = START + 10_000
    first.close()
    open = []
    now = START + 60_000
    const second = start()
    second.history.append([looking(START + 60_100)])
    expect(kinds(second, START, now + 1_000)).toEqual([
      ['observing', iso(START + 100)],
      ['not-observing', iso(START + 10_000)],
      ['observing', iso(START + 60_100)],
    ])
  })

  it('finds after a crash since when nobody looked', () => {
    const file = join(dir, 'crash.db')
    start({}, 'crash.db').history.append([event(START + 3_000)])
    open.pop()?.close()
    const sql = openSql(file, 'fast')
    sql.run("delete from event where kind = 'not-observing'")
    sql.run("update fact set value = 'yes' where name = 'running'")
    sql.run("update fact set value = ? where name = 'heartbeat'", String(START + 4_000))
    sql.close()
    now = START + 60_000
    expect(kinds(start({}, 'crash.db'), START, now)).toEqual([
      ['granted', iso(START + 3_000)],
      ['not-observing', iso(START + 4_000)],
    ])
  })

  it('forgets what is older than it should keep, and what is more than it should keep', () => {
    const first = start()
    first.history.append(Array.from({ length: 50 }, (_, index) => event(START + index)))
    first.close()
    open = []
    now = START + 1_000
    const counted = start({ maxEvents: 10 })
    expect(counted.history.since(0, 1_000).length).toBe(10)
    counted.close()
    open = []
    now = START + 100_000
    const aged = start({ maxAgeMs: 1_000 })
    expect(aged.history.since(0, 1_000)).toEqual([])
  })

  it('keeps events in memory while the disk refuses them', () => {
    const troubles: unknown[] = []
    const store = openStore(join(dir, 'full.db'), { now: () => now, onTrouble: (e) => troubles.push(e) })
    open.push(store)
    const sql = openSql(join(dir, 'full.db'), 'fast')
    sql.run("create trigger full before insert on event begin select raise(fail, 'disk full'); end")
    store.history.append([event(START + 1)])
    store.close()
    open = []
    expect(troubles.length).toBe(1)
    expect(sql.all('select count(*) as n from event')).toEqual([{ n: 0 }])
    sql.close()
  })
})

describe('the audit log', () => {
  it('pages from the newest, by lock when asked', () => {
    const { audit } = start()
    const ids = ['a', 'b', 'c'].map((reason) => audit.intent(act({ reason })))
    audit.intent(act({ lock: 'lock-2' }))
    const first = audit.page({ lock: 'lock-1', limit: 2, cursor: null })
    expect(first.items.map((each) => each.reason)).toEqual(['c', 'b'])
    expect(first.total).toBe(3)
    const second = audit.page({ lock: 'lock-1', limit: 2, cursor: first.nextCursor })
    expect(second.items.map((each) => each.id)).toEqual([ids[0]])
    expect(second.nextCursor).toBeNull()
    expect(audit.page({ lock: null, limit: 9, cursor: null }).total).toBe(4)
  })

  it('finds intents that no outcome closes', () => {
    const { audit } = start()
    const closed = audit.intent(act())
    audit.outcome(closed, act({ result: 'freed', nodes: [{ node: 'b', outcome: 'freed', says: 'freed' }] }))
    audit.refused(act())
    const left = audit.intent(act({ reason: 'second' }))
    expect(audit.unsettled().map((each) => each.id)).toEqual([left])
  })

  it('refuses a cursor that it did not give', () => {
    const { audit } = start()
    expect(() => audit.page({ lock: null, limit: 1, cursor: "1' or 1" })).toThrow('not one of ours')
  })
})
