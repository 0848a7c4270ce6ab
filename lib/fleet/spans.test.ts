import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FleetEvent } from './event.ts'
import { lineOf } from './line.ts'
import { spans } from './spans.ts'
import { at, fleetEvent } from './test-locks.ts'

const window = { from: at(0), to: at(60_000), now: at(60_000) }
let seq = 0
const event = (kind: FleetEvent['kind'], ms: number, token: string | null = null, label = token) =>
  fleetEvent(++seq, kind, ms, { tokenDigest: token, label })

const story = [
  event('observing', -5_000),
  event('granted', -1_000, 'A', 'billing'),
  event('renewed', 2_000, 'A'),
  event('waiting', 3_000, 'B', 'mailer'),
  event('waiting', 4_000, 'C', 'report'),
  event('released', 10_000, 'A'),
  event('granted', 10_001, 'B', 'mailer'),
  event('gave-up', 15_000, 'C'),
  fleetEvent(++seq, 'node-down', 16_000, { node: 'n2', lock: null }),
  event('not-observing', 20_000),
  event('observing', 25_000),
  event('expired', 30_000, 'B', 'mailer'),
  event('granted', 50_000, 'D', 'billing'),
]

describe('spans', () => {
  it('makes holds, waits, markers and gaps of events', () => {
    expect(spans(story, window)).toEqual({
      ...window,
      holds: [
        {
          ...{ tokenDigest: 'A', label: 'billing', fence: null, from: at(-1_000), to: at(10_000) },
          ...{ end: 'released', tint: 0, renewals: [at(2_000)] },
        },
        {
          ...{ tokenDigest: 'B', label: 'mailer', fence: null, from: at(10_001), to: at(30_000) },
          ...{ end: 'expired', tint: 1, renewals: [] },
        },
        {
          ...{ tokenDigest: 'D', label: 'billing', fence: null, from: at(50_000), to: null },
          ...{ end: 'open', tint: 0, renewals: [] },
        },
      ],
      waits: [
        { tokenDigest: 'B', label: 'mailer', from: at(3_000), to: at(10_001), end: 'granted' },
        { tokenDigest: 'C', label: 'report', from: at(4_000), to: at(15_000), end: 'gave-up' },
      ],
      markers: [
        { at: at(16_000), kind: 'node-down', says: 'n2 gives no answer' },
        { at: at(30_000), kind: 'expired', says: 'the hold of mailer ran out' },
      ],
      gaps: [{ from: at(20_000), to: at(25_000) }],
    })
  })

  it('tells how a hold ended although that was seen a moment after the next one began', () => {
    const events = [event('granted', 0, 'A'), event('granted', 5_000, 'B'), event('released', 5_010, 'A')]
    const [first] = spans(events, window).holds
    expect(first).toMatchObject({ to: at(5_000), end: 'released' })
  })

  it('ends whom nobody saw go when the next one comes, but not with whom it is shared', () => {
    const events = [event('granted', 0, 'A'), event('granted', 5_000, 'B')]
    const ends = (kind: 'mutex' | 'semaphore') => spans(events, window, 0, kind).holds.map(({ end }) => end)
    expect(ends('mutex')).toEqual(['unknown', 'open'])
    expect(ends('semaphore')).toEqual(['open', 'open'])
  })

  it('does not care in which order events arrive, nor how often', () => {
    const expected = spans(story, window)
    fc.assert(
      fc.property(fc.shuffledSubarray([...story, ...story], { minLength: 2 * story.length }), (shuffled) => {
        expect(spans(shuffled, window)).toEqual(expected)
      }),
    )
  })

  it('keeps the tint of a hold while older ones leave the window or are forgotten', () => {
    const tintsOf = (timeline: ReturnType<typeof spans>) =>
      new Map(timeline.holds.map((hold) => [hold.tokenDigest, hold.tint]))
    const all = tintsOf(spans(story, window))
    const later = { ...window, from: at(12_000) }
    expect(tintsOf(spans(story, later)).get('D')).toBe(all.get('D'))
    const withoutA = story.filter(({ tokenDigest }) => tokenDigest !== 'A')
    expect(tintsOf(spans(withoutA, later, 1)).get('B')).toBe(all.get('B'))
  })

  it('leaves out what ended before the window and what began after it', () => {
    const late = spans(story, { ...window, from: at(31_000), to: at(45_000) })
    expect(late).toMatchObject({ holds: [], waits: [], markers: [], gaps: [] })
  })

  it('says forced when somebody did, also when the end was seen first', () => {
    const events = [event('granted', 0, 'A'), event('released', 5_000, 'A'), event('forced', 5_001, 'A')]
    expect(spans(events, window).holds).toMatchObject([{ to: at(5_000), end: 'forced' }])
    const other = [event('granted', 0, 'A'), event('forced', 5_000, 'A'), event('released', 5_001, 'A')]
    expect(spans(other, window).holds).toMatchObject([{ to: at(5_000), end: 'forced' }])
  })

  it('ends a hold whose end nobody saw where the next begins', () => {
    const events = [event('granted', 0, 'A'), event('granted', 7_000, 'B')]
    expect(spans(events, window).holds).toMatchObject([{ to: at(7_000), end: 'unknown' }, { end: 'open' }])
  })

  it('takes the first word about a grant that is told twice', () => {
    const events = [event('granted', 1_000, 'A'), event('granted', 8_000, 'A'), event('released', 9_000, 'A')]
    expect(spans(events, window).holds).toMatchObject([{ from: at(1_000), to: at(9_000), end: 'released' }])
  })

  it('does not call it giving up when a waiter on a quorum leaves its queue because it got the lock', () => {
    const events = [
      event('waiting', 0, 'ticket', 'mailer'),
      event('waiting', 100, 'ticket2', 'mailer'),
      event('granted', 5_000, 'token', 'mailer'),
      event('gave-up', 5_200, 'ticket'),
      event('gave-up', 9_000, 'ticket2'),
    ]
    expect(spans(events, window).waits).toMatchObject([
      { tokenDigest: 'ticket', to: at(5_000), end: 'granted' },
      { tokenDigest: 'ticket2', to: at(9_000), end: 'gave-up' },
    ])
  })

  it('ends what a restarted console does not speak of again when the console before it ended', () => {
    const told = (kind: FleetEvent['kind'], ms: number, token: string) => event(kind, ms, token)
    const events = [
      told('granted', 1_000, 'A'),
      told('waiting', 2_000, 'B'),
      told('waiting', 3_000, 'C'),
      fleetEvent(++seq, 'not-observing', 10_000, { backend: null, lock: null }),
      told('granted', 1_000, 'A'),
      told('waiting', 2_000, 'B'),
      event('observing', 20_000),
    ]
    const { holds, waits } = spans(events, window)
    expect(holds).toMatchObject([{ tokenDigest: 'A', to: null, end: 'open' }])
    expect(waits).toMatchObject([
      { tokenDigest: 'B', to: null, end: 'open' },
      { tokenDigest: 'C', to: at(10_000), end: 'unknown' },
    ])
  })

  it('knows nothing from before it looked, nor from the last word to a sudden restart', () => {
    const events = [
      event('observing', 10_000),
      event('granted', 12_000, 'A'),
      event('observing', 40_000),
      event('released', 41_000, 'A'),
    ]
    expect(spans(events, window).gaps).toEqual([
      { from: at(0), to: at(10_000) },
      { from: at(12_000), to: at(40_000) },
    ])
    const toldByTheStore = [event('granted', 3_000, 'A'), event('observing', 10_000)]
    expect(spans(toldByTheStore, window).gaps).toEqual([{ from: at(0), to: at(10_000) }])
    expect(spans([event('not-observing', 50_000)], window).gaps).toEqual([
      { from: at(50_000), to: at(60_000) },
    ])
  })
})

describe('the line of a row', () => {
  it('is the same picture as offsets, cut to its window', () => {
    const line = lineOf(spans(story, window), { risk: true, waitersKnown: true })
    expect(line).toEqual({
      from: at(0),
      spanMs: 60_000,
      holds: [
        { from: 0, to: 10_000, tint: 0, risk: false },
        { from: 10_001, to: 30_000, tint: 1, risk: false },
        { from: 50_000, to: 60_000, tint: 0, risk: true },
      ],
      waiting: [
        { at: 0, count: 0 },
        { at: 3_000, count: 1 },
        { at: 4_000, count: 2 },
        { at: 10_001, count: 1 },
        { at: 15_000, count: 0 },
      ],
      gaps: [{ from: 20_000, to: 25_000 }],
    })
  })

  it('does not draw unknown waiters as none', () => {
    expect(lineOf(spans(story, window), { risk: false, waitersKnown: false }).waiting).toEqual([
      { at: 0, count: null },
    ])
  })

  it('ends at now, not at the end of a window that reaches further', () => {
    const line = lineOf(spans(story, { ...window, to: at(90_000) }), { risk: false, waitersKnown: true })
    expect(line.spanMs).toBe(90_000)
    expect(line.holds.at(-1)).toMatchObject({ to: 60_000 })
  })
})
