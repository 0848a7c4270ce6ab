import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BusyLocks, MOST_A_SECOND } from './busy-locks.ts'
import { emptyFold, lay } from './fold.ts'
import { numbered, story } from './test-story.ts'
import { withoutWholes } from './wholes.ts'

const foldOf = (events: Parameters<typeof numbered>[0]) => {
  const fold = emptyFold()
  for (const event of numbered(events)) lay(fold, event)
  return fold.locks
}

it('what is left, with its summaries, leads to where all of it leads', () => {
  fc.assert(
    fc.property(story(), fc.nat(60), (events, from) => {
      // What was told before is told already: only what comes later is gone through.
      const [told, later] = [events.slice(0, from), events.slice(from)]
      const { kept, summaries } = withoutWholes(later)
      expect(foldOf([...told, ...kept, ...summaries])).toEqual(foldOf(events))
      const counted = summaries.reduce((sum, { summary }) => sum + (summary?.events ?? 0), 0)
      expect(kept.length + counted).toBe(later.length)
    }),
  )
})

it('leaves out the same when it is done twice', () => {
  fc.assert(
    fc.property(story(), (events) => {
      const once = withoutWholes(events)
      const all = [...once.kept, ...once.summaries]
      const twice = withoutWholes(all)
      expect(foldOf([...twice.kept, ...twice.summaries])).toEqual(foldOf(events))
      const holds = (list: typeof all) => list.reduce((sum, { summary }) => sum + (summary?.holds ?? 0), 0)
      expect(holds([...twice.kept, ...twice.summaries])).toBe(holds(all))
    }),
  )
})

it('lets the first events of a second through, and the rest when it is over, in order', () => {
  fc.assert(
    fc.property(story({ length: 200, gapMs: 10 }), (events) => {
      const busy = new BusyLocks()
      const passed = events.flatMap((event) => [...busy.pass([event], Date.parse(event.at))])
      expect(foldOf([...passed, ...busy.all()])).toEqual(foldOf(events))
    }),
  )
})

it('tells of a very busy lock a few events and a summary a second, and forgets none of its holds', () => {
  const busy = new BusyLocks()
  const start = Date.parse('2026-01-01T00:00:00.000Z')
  const events = Array.from({ length: 4_000 }, (_, n) => ({
    at: new Date(start + Math.floor(n / 4)).toISOString(),
    kind: n % 2 === 0 ? ('granted' as const) : ('released' as const),
    ...{ backend: 'b', lock: 'hot', lockName: 'hot', node: null, label: 'x', fence: null, waiters: 0 },
    tokenDigest: `d${Math.floor(n / 2)}`,
  }))
  const passed = [...busy.pass(events, start), ...busy.due(start + 1_000)]
  expect(passed.length).toBeLessThanOrEqual(MOST_A_SECOND + 2)
  const holds = passed.filter(({ kind }) => kind === 'granted').length
  expect(holds + (passed.at(-1)?.summary?.holds ?? 0)).toBe(2_000)
})
