import { act } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { render, settle, stubApi, text, type } from '../testing/render.tsx'
import { at, sampleLock } from '../testing/sample.ts'
import { Palette, usePaletteKey } from './palette.tsx'

const went = vi.hoisted(() => vi.fn())
vi.mock('next/navigation', () => ({ useRouter: () => ({ push: went }), usePathname: () => '/' }))

const done = vi.fn()
const closed = vi.fn()
let close: (() => Promise<void>) | null = null
afterEach(async () => {
  await close?.()
  close = null
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

const until = (holds: () => void) =>
  vi.waitFor(
    async () => {
      await settle()
      holds()
    },
    { timeout: 10_000 },
  )

async function open() {
  const asked = stubApi(({ path }) =>
    path.startsWith('/api/v1/locks?')
      ? {
          status: 200,
          body: {
            ...{ items: [sampleLock()], nextCursor: null, total: 1, of: 1 },
            ...{ observedAt: at(0), now: at(0), incomplete: [] },
          },
        }
      : { status: 404, body: { error: { code: 'not_found', message: 'not here', hint: null } } },
  )
  const bindings = [
    { keys: 'r', says: 'plan its release', run: done },
    { keys: 'Enter', says: 'open' },
    { keys: 'j', says: 'next finding', run: done },
  ]
  close = (await render(<Palette bindings={bindings} onClose={closed} />)).close
  const input = document.querySelector<HTMLInputElement>('input[role=combobox]')
  if (!input) throw new Error('no field')
  return {
    asked,
    options: () => [...document.querySelectorAll('[role=option]')].map((one) => one.textContent ?? ''),
    type: async (value: string) => {
      await type(input, value)
      await settle()
    },
    key: (key: string) =>
      act(async () => {
        input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }),
  }
}

test('pages and what the page can do are there at once, and nothing is asked', async () => {
  const palette = await open()
  expect(palette.options()[0]).toBe('Triagepage')
  expect(palette.options()).toContain('plan its releasekey r')
  expect(palette.options().join()).not.toMatch(/open|next finding/)
  expect(palette.asked.filter(({ path }) => path.includes('/locks'))).toEqual([])
})

test('a part of a name finds the lock, Enter opens it', async () => {
  const palette = await open()
  await palette.type('settle')
  await until(() => expect(palette.options()[0]).toBe('orders/settle/eu-westheld, payments'))
  await palette.key('Enter')
  expect(went).toHaveBeenCalledWith('/locks/lock-1')
  expect(closed).toHaveBeenCalled()
})

test('a part of a holder finds what it holds, and the text itself is a filter', async () => {
  const palette = await open()
  await palette.type('pay-w3')
  await until(() => expect(palette.options()).toContain('worker-3@pay-w3holds 1 lock'))
  expect(palette.options().at(-1)).toBe('pay-w3all locks that match')
  await palette.key('ArrowUp')
  await palette.key('Enter')
  expect(went).toHaveBeenCalledWith('/locks?q=%22pay-w3%22')
})

test('an act is done once the palette is closed', async () => {
  const palette = await open()
  await palette.type('release')
  await palette.key('ArrowDown')
  await palette.key('Enter')
  expect(text()).toContain('plan its release')
  await vi.waitFor(() => expect(done).toHaveBeenCalled())
})

function Opener({ onOpen }: { onOpen(): void }) {
  usePaletteKey(onOpen)
  return <input />
}

test('Ctrl and K open it from anywhere', async () => {
  const opened = vi.fn()
  close = (await render(<Opener onOpen={opened} />)).close
  const press = (init: KeyboardEventInit) =>
    document.querySelector('input')?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }))
  press({ key: 'k' })
  expect(opened).not.toHaveBeenCalled()
  press({ key: 'k', ctrlKey: true })
  press({ key: 'K', metaKey: true })
  expect(opened).toHaveBeenCalledTimes(2)
})
