import { act } from 'react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Lock } from '@/lib/fleet/lock.ts'
import { contendedLock, waitsFor } from '@/lib/fleet/test-waits.ts'
import { waitsForPageSchema } from '@/lib/fleet/waiting.ts'
import { press, render, stubApi, text } from '../testing/render.tsx'
import { at } from '../testing/sample.ts'
import { WaitsForScreen } from './waits-for-screen.tsx'

vi.mock('next/navigation', async () => {
  const { useState } = await import('react')
  return {
    useRouter: () => ({ push: () => {} }),
    usePathname: () => '/waits-for',
    // As Next does: the entry of the history is the search.
    useSearchParams: () => {
      const [search, setSearch] = useState(() => new URLSearchParams(window.location.search))
      window.history.replaceState = (_state, _title, url) =>
        setSearch(new URL(String(url), 'http://x').searchParams)
      return search
    },
  }
})

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

async function open(locks: readonly Lock[], unknownWaiters = 0) {
  const page = waitsForPageSchema.parse({
    waitsFor: waitsFor(locks),
    of: { locks: 1_204, unknownWaiters, backends: 3 },
    now: at(0),
  })
  stubApi((asked) =>
    asked.path.endsWith('/waits-for')
      ? { status: 200, body: page }
      : { status: 404, body: { error: { code: 'not_found', message: 'not here', hint: null } } },
  )
  close = (await render(<WaitsForScreen />)).close
}

describe('the page of who waits for whom', () => {
  test('says calmly that nobody waits, and what was looked at', async () => {
    await open([], 37)
    expect(document.querySelector('h1')?.textContent).toBe('Nobody is held up by anybody')
    expect(text()).toContain('1,204 locks on 3 backends looked at, 0 with known waiters.')
    expect(text()).toContain('The waiters of 37 held locks leave no trace, so more may wait.')
  })

  test('names who holds up most, with everybody under him, and folds', async () => {
    await open([
      contendedLock('orders/42', ['api:0'], ['worker:100', 'cron:200']),
      contendedLock('ledger', ['worker:50'], ['report:300']),
    ])
    expect(document.querySelector('h1')?.textContent).toBe('1 holder holds up 3')
    const lines = () => [...document.querySelectorAll('[data-row]')].map((line) => line.textContent ?? '')
    expect(lines()).toHaveLength(4)
    expect(lines()[0]).toMatch(/^api.*nobody, holds orders\/42/)
    expect(lines()[0]).toMatch(/3$/)
    expect(lines()[2]).toContain('level 3')
    const fold = document.querySelector<HTMLButtonElement>('[aria-label="who waits for api"]')
    expect(fold?.getAttribute('aria-expanded')).toBe('true')
    if (fold) await press(fold)
    expect(lines()).toHaveLength(1)
    const key = (name: string) =>
      act(async () => {
        document.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }))
      })
    await key('j')
    await key('ArrowRight')
    expect(lines()).toHaveLength(4)
    await key('ArrowLeft')
    expect(lines()).toHaveLength(1)
  })

  test('raises a circle as an alarm above the tree, and offers its cheapest way out', async () => {
    await open([
      contendedLock('deploy/api', ['deploy-bot:0'], ['migrator:2000', 'other:0']),
      contendedLock('migrate/main', ['migrator:10'], ['deploy-bot:1000']),
    ])
    expect(document.querySelector('h1')?.textContent).toBe('1 deadlock')
    expect(text()).toContain(
      'deploy-bot and migrator each wait for what the other holds: neither goes on by itself.',
    )
    expect(text()).toContain('deploy-botwaits formigrate/mainofmigratorwaits fordeploy/apiofdeploy-bot')
    expect(text()).toContain('1 other waits behind it')
    const release = [...document.querySelectorAll('a')].find(({ textContent }) =>
      textContent?.startsWith('Plan'),
    )
    expect(release?.textContent).toBe('Plan the release of migrate/main')
    expect(release?.getAttribute('href')).toBe('/locks/migrate%2Fmain?plan=release')
  })

  test('shows the same as a graph with `v`, whose boxes are walked by key and lead on', async () => {
    await open([
      contendedLock('deploy/api', ['deploy-bot:0'], ['migrator:2000']),
      contendedLock('migrate/main', ['migrator:10'], ['deploy-bot:1000', 'other:0']),
    ])
    const key = (name: string) =>
      act(async () => {
        document.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }))
      })
    await key('v')
    const graph = document.querySelector('section[aria-label="Who holds up whom, as a graph"]')
    const boxes = [...(graph?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
    expect(boxes.map(({ title }) => title)).toEqual([
      'deploy-bot',
      'deploy/api',
      'migrator',
      'migrate/main',
      'other',
    ])
    expect(text()).toContain('Deadlock')
    await key('ArrowRight')
    await key('ArrowRight')
    expect(document.activeElement?.getAttribute('aria-label')).toBe(
      'lock deploy/api on pay, held by deploy-bot, waited for by migrator, in a deadlock',
    )
    expect(document.activeElement?.getAttribute('href')).toBe('/locks/deploy%2Fapi')
    await key('ArrowLeft')
    expect(document.activeElement?.getAttribute('href')).toBe('/locks?q=holder%3A%22deploy-bot%22')
    await key('v')
    expect(document.querySelector('section[aria-label="Who holds up whom, as a graph"]')).toBeNull()
  })

  test('says so when it can not be read', async () => {
    stubApi(() => ({ status: 500, body: { error: { code: 'internal', message: 'it broke', hint: null } } }))
    close = (await render(<WaitsForScreen />)).close
    expect(text()).toContain('Who waits for whom could not be read.')
  })
})
