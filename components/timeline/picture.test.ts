import { describe, expect, test } from 'vitest'
import type { Line } from '@/lib/fleet/lock.ts'
import type { Timeline } from '@/lib/fleet/timeline.ts'
import { pictureOfLine, pictureOfTimeline, pictureWords, queueOf, withRisk } from './picture.ts'

const START = Date.parse('2026-11-21T03:09:22.000Z')
const at = (ms: number) => new Date(START + ms).toISOString()

const line: Line = {
  from: at(0),
  spanMs: 300_000,
  holds: [
    { from: 0, to: 60_000, tint: 0, risk: false },
    { from: 240_000, to: 300_000, tint: 1, risk: true },
  ],
  waiting: [{ at: 240_000, count: 4 }],
  gaps: [{ from: 100_000, to: 130_000 }],
}

const timeline: Timeline = {
  from: at(0),
  to: at(300_000),
  now: at(300_000),
  holds: [
    {
      tokenDigest: 't',
      label: 'worker-3',
      fence: '7',
      from: at(200_000),
      to: null,
      end: 'open',
      tint: 0,
      renewals: [],
    },
  ],
  waits: [
    { tokenDigest: 'a', label: 'a', from: at(10_000), to: at(30_000), end: 'granted' },
    { tokenDigest: 'b', label: 'b', from: at(20_000), to: at(30_000), end: 'gave-up' },
    { tokenDigest: 'c', label: 'c', from: at(290_000), to: null, end: 'open' },
  ],
  markers: [],
  gaps: [],
}

describe('the line of a row', () => {
  test('moves on to now: what lasted when it was read is drawn up to now', () => {
    const picture = pictureOfLine(line, START + 310_000)
    expect([picture.from, picture.to]).toEqual([START + 10_000, START + 310_000])
    expect(picture.bands.map((band) => band.to - START)).toEqual([60_000, 310_000])
  })

  test('stands still when nobody knows how late it is', () => {
    expect(pictureOfLine(line, null).to).toBe(START + 300_000)
  })

  test('never goes back when clocks disagree', () => {
    expect(pictureOfLine(line, START + 1_000).to).toBe(START + 300_000)
  })

  test('is said in words, gaps included', () => {
    expect(pictureWords(pictureOfLine(line, null))).toBe(
      'Last 5 min: held 40 % of it, at most 4 waiting, 10 % not observed, at risk',
    )
  })
})

describe('the timeline', () => {
  test('counts the queue from the waits, with two ends at once as one step', () => {
    expect(queueOf(timeline).map((step) => [step.at - START, step.count])).toEqual([
      [0, 0],
      [10_000, 1],
      [20_000, 2],
      [30_000, 0],
      [290_000, 1],
    ])
  })

  test('marks the risk that the row marks, from where it begins', () => {
    const picture = withRisk(pictureOfTimeline(timeline, null), pictureOfLine(line, null))
    expect(picture.bands.map((band) => [band.from - START, band.to - START, band.risk])).toEqual([
      [200_000, 240_000, false],
      [240_000, 300_000, true],
    ])
  })
})
