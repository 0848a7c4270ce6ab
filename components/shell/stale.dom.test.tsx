import { act } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useStaleReason } from '@/lib/client/live.tsx'
import { useOverview } from '@/lib/client/queries.ts'
import { button, FakeStream, render, settle, stubApi, text } from '../testing/render.tsx'
import { at } from '../testing/sample.ts'
import { StaleBanner } from './stale-banner.tsx'

/** What only a live page may offer, and how often it asked for its data. */
function Danger() {
  const reason = useStaleReason()
  useOverview()
  return (
    <button type="button" disabled={reason !== null} title={reason ?? undefined}>
      Release
    </button>
  )
}

let page: { close(): Promise<void> }
let asked: ReturnType<typeof stubApi>
let skippedMs = 0

/** The page's clock goes on without anybody waiting. */
const skip = async (ms: number) => {
  skippedMs += ms
  await settle()
}
const hear = (frame: object) => act(async () => FakeStream.last?.say({ now: at(0), ...frame }))
const newStream = async (before: FakeStream | null) => {
  await vi.waitFor(
    async () => {
      await settle()
      expect(FakeStream.last).not.toBe(before)
    },
    { timeout: 10_000, interval: 50 },
  )
}

beforeEach(async () => {
  skippedMs = 0
  const real = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => real() + skippedMs)
  asked = stubApi(() => ({ status: 503, body: {} }))
  page = await render(
    <>
      <StaleBanner />
      <Danger />
    </>,
  )
})
afterEach(async () => {
  await page.close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('a stream that is cut makes the page say so and takes its dangerous buttons away, until news arrives', async () => {
  await hear({ version: 'run.7' })
  await settle()
  expect(text()).not.toContain('may be wrong')
  expect(button('Release').disabled).toBe(false)

  const cut = FakeStream.last
  await act(async () => cut?.onerror?.())
  await skip(5_500)
  expect(text()).toContain('may be wrong')
  expect(button('Release').disabled).toBe(true)
  expect(button('Release').title).toContain('stale')

  await newStream(cut)
  expect(FakeStream.last?.url).toContain('since=run.7')
  expect(button('Release').disabled).toBe(true)
  await hear({ version: 'run.9' })
  await settle()
  expect(text()).not.toContain('may be wrong')
  expect(button('Release').disabled).toBe(false)
})

test('a stream that falls silent without being cut is opened again', async () => {
  const silent = FakeStream.last
  await skip(6_500)
  expect(text()).toContain('may be wrong')
  await newStream(silent)
})

test('a console that says that it ends is believed at once', async () => {
  const ending = FakeStream.last
  await act(async () => ending?.tell('end'))
  await settle()
  expect(text()).toContain('may be wrong')
  expect(button('Release').disabled).toBe(true)
  await newStream(ending)
})

test('a page asks for its data again only when what it missed is not known', async () => {
  const cut = FakeStream.last
  await act(async () => cut?.onerror?.())
  await newStream(cut)
  const before = asked.length
  await hear({ version: 'run.9' })
  await settle()
  expect(asked).toHaveLength(before)
  await hear({ version: 'other.1', resync: true })
  await settle()
  expect(asked.length).toBeGreaterThan(before)
})
