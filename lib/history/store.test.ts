import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleLock } from '../admin/sample-lock.ts'
import type { NewAuditEntry } from '../fleet/audit.ts'
import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import { sampleTable } from '../service/sample-table.ts'
import { openSql } from './database.ts'
import { type HistoryThread, openHistoryThread } from './history-thread.ts'
import { historyFile, openStore, type Store } from './store.ts'
import { withoutThread } from './test-thread.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const iso = (at: number) => new Date(at).toISOString()

let dir: string
let now: number
let open: Store[]

const start = (more: { maxBytes?: number; maxAgeMs?: number } = {}, file = 'deep/er/console.db') => {
  return opened(openStore(join(dir, file), { now: () => now, onTrouble: () => {}, ...more }, withoutThread))
}

const opened = (store: Store) => {
  open.push(store)
  return store
}

const end = async () => {
  for (const store of open.splice(0)) await store.close()
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

/** Everything that was recorded since then. */
const told = async (store: Store, from = 0) =>
  (await store.history.since(from, 1_000)).map((each) => [each.kind, each.at])

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-store-'))
  now = START
  open = []
})

afterEach(async () => {
  await end()
  rmSync(dir, { recursive: true })
})

describe('the store', () => {
  it('makes the folder that it is to live in', () => {
    start()
    expect(existsSync(join(dir, 'deep/er/console.db'))).toBe(true)
  })

  it('lets only its own user read what it keeps: its digest key is in there', async () => {
    const store = start()
    store.audit.intent(act())
    store.history.append([event(START)])
    await told(store)
    const folder = join(dir, 'deep/er')
    const files = readdirSync(folder)
    for (const name of ['console.db-wal', 'console.history.db', 'console.history.db-wal'])
      expect(files).toContain(name)
    for (const name of files) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
  })

  it('refuses a second console on the same file, and lets one in after the first has closed', async () => {
    start()
    expect(() => start()).toThrow(/Another console is using the store .*console\.db/)
    await end()
    expect((await told(start())).map(([kind]) => kind)).toEqual(['not-observing'])
  })

  it.each(['console.db', 'console.history.db'])(
    'refuses a %s of a newer console and leaves it as it is',
    async (file) => {
      start()
      await end()
      const sql = openSql(join(dir, 'deep/er', file), 'fast')
      sql.run('pragma user_version = 99')
      sql.close()
      expect(() => start()).toThrow(/newer console/)
      const after = openSql(join(dir, 'deep/er', file), 'fast')
      expect(after.all('pragma user_version')).toEqual([{ user_version: 99 }])
      after.close()
    },
  )

  it('keeps its digest key from start to start', async () => {
    const key = start().digestKey
    await end()
    expect(start().digestKey.equals(key)).toBe(true)
    expect(key.length).toBe(32)
  })

  it('says whether it can be written', () => {
    expect(() => start().tryWrite()).not.toThrow()
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
  it('numbers events and gives them back before and after they reach the disk', async () => {
    const first = start()
    const [a, b] = first.history.append([event(START + 1), event(START + 2, { kind: 'released' })])
    expect(Number(b?.seq)).toBe(Number(a?.seq) + 1)
    const before = await first.history.since(START, 10)
    expect(before).toEqual([a, b])
    now = START + 10
    await end()
    expect((await start().history.since(START, 2)).concat(before).map(({ kind }) => kind)).toEqual([
      ...['released', 'not-observing'],
      ...['granted', 'released'],
    ])
  })

  it('keeps whatever an event tells', async () => {
    const full = event(START, {
      ...{ kind: 'released', fence: '17', waiters: 3, state: 'waiting', lastedMs: 1_500 },
    })
    const counted = event(START + 1, {
      ...{ kind: 'summarised', tokenDigest: null, label: null },
      summary: { events: 4, holds: 2, longestMs: 7 },
    })
    const { history } = start()
    const numbered = history.append([full, counted, looking(START + 2)])
    await end()
    const again = await start().history.since(0, 10)
    expect(again.slice(0, 3)).toEqual(numbered)
  })

  it('continues its numbers after a restart', async () => {
    const [a] = start().history.append([event(START + 1)])
    await end()
    const [b] = start().history.append([event(START + 2)])
    expect(Number(b?.seq)).toBeGreaterThan(Number(a?.seq))
  })

  it('claims nothing about the time before it first looked', async () => {
    expect(await told(start())).toEqual([])
  })

  it('records the time between a clean end and the next start as not observed', async () => {
    start().history.append([looking(START + 100)])
    now = START + 10_000
    await end()
    now = START + 60_000
    const second = start()
    second.history.append([looking(START + 60_100)])
    expect(await told(second)).toEqual([
      ['observing', iso(START + 100)],
      ['not-observing', iso(START + 10_000)],
      ['observing', iso(START + 60_100)],
    ])
    const shown = {
      lock: 'lock-1',
      backend: 'b',
      kind: undefined,
      from: START,
      to: now + 1_000,
      now: now + 1_000,
    }
    expect((await second.history.timeline(shown)).gaps).toEqual([
      { from: iso(START), to: iso(START + 100) },
      { from: iso(START + 10_000), to: iso(START + 60_100) },
    ])
  })

  it('has a thread of its own, in which it goes on where another one ended', async () => {
    const file = join(dir, 'thread.db')
    const options = { now: () => now, onTrouble: () => {} }
    let thread: HistoryThread | null = null
    const store = openStore(file, options, (data) => {
      thread = openHistoryThread(data)
      return thread
    })
    opened(store).history.append([event(START)])
    expect(await told(store)).toEqual([['granted', iso(START)]])
    await (thread as HistoryThread | null)?.close()
    store.history.append([event(START + 1, { kind: 'released' })])
    expect((await told(store)).map(([kind]) => kind)).toEqual(['granted', 'released'])
  })

  it('keeps events in memory while the disk refuses them, and writes them when it does not any more', async () => {
    const troubles: unknown[] = []
    const file = join(dir, 'full.db')
    const options = { now: () => now, onTrouble: (error: unknown) => troubles.push(error) }
    const store = opened(openStore(file, options, withoutThread))
    const sql = openSql(historyFile(file), 'fast')
    sql.run("create trigger full before insert on event begin select raise(fail, 'disk full'); end")
    store.history.append([event(START + 1)])
    expect(await told(store)).toEqual([])
    expect(troubles.length).toBeGreaterThan(0)
    expect(store.history.size().queued).toBe(1)
    sql.run('drop trigger full')
    sql.close()
    expect(await told(store)).toEqual([['granted', iso(START + 1)]])
  })

  it('tells again how all stands when it had to give up what happened, and then knows the past again', async () => {
    const file = join(dir, 'much.db')
    const options = { now: () => now, onTrouble: () => {}, mostQueued: 3 }
    const store = opened(openStore(file, options, withoutThread))
    const held = sampleLock({ id: 'lock-1', backend: 'b' })
    const locks = sampleTable([held, sampleLock({ id: 'lock-2', state: 'free', holders: [] })])
    store.history.follow({ locks, onFenceDown: () => {} })
    const many = Array.from({ length: 6_000 }, (_, n) =>
      event(START, { lock: `lost-${n}`, tokenDigest: `d${n}` }),
    )
    store.history.append([looking(START), ...many])
    expect(store.history.size().givenUp).toBe(6_000)
    expect((await told(store)).map(([kind]) => kind)).toContain('not-recorded')
    const isWhole = async () => {
      now += 1
      const { isPatchy, locks } = await store.history.stateAt(now)
      expect({ isPatchy, locks: locks.map(({ lock, state }) => [lock, state]) }).toEqual({
        isPatchy: false,
        locks: [['lock-1', 'held']],
      })
    }
    await vi.waitFor(isWhole, { timeout: 10_000, interval: 50 })
  })

  it('knows the highest fence of a lock over restarts, and tells when a lower one is granted', async () => {
    const grant = (at: number, fence: string, token: string) =>
      event(at, { fence, tokenDigest: token, state: 'held' })
    start().history.append([
      grant(START, '99', 'a'),
      event(START + 1, { kind: 'released', tokenDigest: 'a' }),
    ])
    await end()
    start().history.append([grant(START + 10, '100', 'b'), grant(START + 20, '7', 'c')])
    await end()
    const down: string[] = []
    const { history } = start()
    history.follow({ locks: sampleTable(), onFenceDown: (lock) => down.push(lock) })
    expect(history.fenceBefore('lock-1')).toBeNull()
    history.append([grant(START + 20, '7', 'c'), grant(START + 30, '8', 'd')])
    history.append([{ ...grant(START + 30, '8', 'd'), lock: 'lock-2' }])
    await history.since(0, 1)
    expect([history.fenceBefore('lock-1'), history.fenceBefore('lock-2')]).toEqual(['100', null])
    expect(down).toEqual(['lock-1', 'lock-1'])
    history.append([grant(START + 40, '101', 'e')])
    await history.since(0, 1)
    expect(down.length).toBe(2)
  })

  it('tells later, and of its own accord, what a lock did that was too busy', async () => {
    const late: string[] = []
    const onKept = (events: readonly FleetEvent[]) => late.push(...events.map(({ kind }) => kind))
    const options = { now: () => now, onTrouble: () => {}, onKept }
    const store = opened(openStore(join(dir, 'busy.db'), options, withoutThread))
    const rush = Array.from({ length: 100 }, (_, n) => [
      event(START, { tokenDigest: `d${n}` }),
      event(START, { tokenDigest: `d${n}`, kind: 'released' }),
    ]).flat()
    const atOnce = store.history.append(rush).length
    expect(atOnce).toBeLessThan(40)
    now = START + 1_000
    await vi.waitFor(() => expect(late).toContain('summarised'), { timeout: 10_000 })
    expect((await told(store)).length).toBe(atOnce + late.length)
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
