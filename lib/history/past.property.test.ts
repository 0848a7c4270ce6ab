import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NewEvent } from '../fleet/event.ts'
import { begin } from './begin.ts'
import { openSql } from './database.ts'
import { Recorder } from './recorder.ts'
import { HISTORY_MIGRATIONS, migrate } from './schema.ts'
import { looking, numbered, START, type Standing, standingsOf, story } from './test-story.ts'

const LIMITS = { maxAgeMs: 10 ** 12, maxBytes: 10 ** 12 }
const LATE = START + 10 ** 9

let dir: string
let files = 0
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-past-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const newFile = () => join(dir, `${files++}.db`)

function open(file: string, now: number) {
  const sql = openSql(file, 'fast')
  migrate(sql, file, HISTORY_MIGRATIONS)
  const last = begin(sql, now)
  return { recorder: new Recorder(sql, LIMITS), last, sql }
}

/** How the locks stood then, as the record tells it. */
const told = (recorder: Recorder, at: number): Standing[] =>
  recorder
    .past(at, 0, 1_000, LATE)
    .locks.map(({ lock, state, waiters, holders }) => ({
      ...{ lock, state, waiters },
      holders: holders.map(({ label }) => label).sort(),
    }))
    .filter(({ state }) => state !== 'free')

it('folded from any checkpoint and the events after it, the fleet stands as it stood', () => {
  const times = fc.array(fc.nat(60_000), { minLength: 1, maxLength: 4 })
  const checkpoints = fc.array(fc.nat(80), { maxLength: 3 })
  fc.assert(
    fc.property(story(), checkpoints, times, (events, after, offsets) => {
      const { recorder, sql } = open(newFile(), START)
      let seq = 1
      const record = (all: readonly NewEvent[], now: number) => {
        recorder.record(numbered(all, seq), now)
        seq += all.length
      }
      record([looking(START)], START)
      for (const [index, event] of events.entries()) {
        record([event], Date.parse(event.at))
        if (after.includes(index)) recorder.checkpoint(Date.parse(event.at))
      }
      for (const offset of offsets) {
        const at = START + offset
        expect(told(recorder, at)).toEqual(standingsOf(events.filter((event) => Date.parse(event.at) <= at)))
      }
      sql.close()
    }),
    { numRuns: 60 },
  )
})

it('knows after a restart what stood before it, and of the time between that nobody looked', () => {
  fc.assert(
    fc.property(story({ length: 40 }), fc.boolean(), fc.boolean(), (events, isKilled, withCheckpoint) => {
      const file = newFile()
      const first = open(file, START)
      first.recorder.record(numbered([looking(START), ...events]), START + 40_000)
      if (withCheckpoint) first.recorder.checkpoint(START + 40_000)
      if (isKilled) first.sql.close()
      else {
        first.recorder.record(numbered([looking(START + 40_000, 'not-observing')], 100), START + 40_000)
        first.recorder.end()
      }
      const second = open(file, START + 90_000)
      second.recorder.record(numbered([looking(START + 95_000)], second.last + 1), START + 95_000)
      expect(told(second.recorder, START + 39_999)).toEqual(standingsOf(events))
      const between = second.recorder.past(START + 92_000, 0, 10, LATE)
      expect(between).toMatchObject({ observed: [], locks: [] })
      const after = second.recorder.past(START + 96_000, 0, 10, LATE)
      expect(after).toMatchObject({ observed: ['b'], locks: [] })
      second.sql.close()
    }),
    { numRuns: 25 },
  )
})

it('claims no hold of a backend that nobody looks at', () => {
  const { recorder, sql } = open(newFile(), START)
  const [granted] = fc.sample(
    story().filter(([first]) => first?.kind === 'granted'),
    1,
  )[0] as NewEvent[]
  recorder.record(numbered([looking(START), granted as NewEvent]), START)
  const unseen = { ...looking(START + 10_000, 'not-observing'), backend: 'b' }
  recorder.record(numbered([unseen], 3), START + 10_000)
  recorder.record(numbered([looking(START + 20_000)], 4), START + 20_000)
  const stateAt = (ms: number) =>
    recorder.past(START + ms, 0, 10, LATE).locks.map(({ state, holders }) => [state, holders.length])
  expect(stateAt(9_000)).toEqual([['held', 1]])
  expect(stateAt(15_000)).toEqual([['unknown', 0]])
  expect(stateAt(21_000)).toEqual([['held', 1]])
  sql.close()
})
