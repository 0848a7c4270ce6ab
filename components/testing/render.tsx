import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { vi } from 'vitest'
import { LiveProvider, useLiveView } from '@/lib/client/live.tsx'
import { at } from './sample.ts'

/** An event stream that says what a test lets it say. */
export class FakeStream {
  static last: FakeStream | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null

  readonly url: string
  readonly #heard = new Map<string, () => void>()

  constructor(url: string) {
    this.url = url
    FakeStream.last = this
  }

  addEventListener(type: string, listener: () => void): void {
    this.#heard.set(type, listener)
  }

  close(): void {}

  /** An event of a type of its own. */
  tell(type: string): void {
    this.#heard.get(type)?.()
  }

  say(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

export type Answer = { status: number; body: unknown } | 'no answer'

export interface Asked {
  path: string
  method: string
  body: unknown
  headers: Record<string, string>
}

/** The API as a function of what is asked; everything asked is kept. */
export function stubApi(answer: (asked: Asked) => Answer): Asked[] {
  const all: Asked[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const asked: Asked = {
      path,
      method: init.method ?? 'GET',
      body: typeof init.body === 'string' ? JSON.parse(init.body) : null,
      headers: { ...(init.headers as Record<string, string>) },
    }
    all.push(asked)
    const given = answer(asked)
    if (given === 'no answer') throw new TypeError('fetch failed')
    return new Response(JSON.stringify(given.body), { status: given.status })
  })
  return all
}

function Looking({ children }: { children: ReactNode }) {
  useLiveView({})
  return children
}

/** Draws in a live page; `live: false` leaves the stream silent. */
export async function render(children: ReactNode, { live = true } = {}): Promise<{ close(): Promise<void> }> {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  vi.stubGlobal('EventSource', FakeStream)
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  await act(async () => {
    root.render(
      <QueryClientProvider client={client}>
        <LiveProvider>
          <Looking>{children}</Looking>
        </LiveProvider>
      </QueryClientProvider>,
    )
  })
  if (live) await act(async () => FakeStream.last?.say({ version: '1', now: at(0) }))
  await settle()
  return {
    async close() {
      await act(async () => root.unmount())
      place.remove()
    },
  }
}

/** Lets answers arrive and the clock of the page tick once. */
export const settle = (): Promise<void> =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
  })

export const text = (): string => (document.body.textContent ?? '').replaceAll('\u00a0', ' ')

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(name))
  if (found === undefined) throw new Error(`no button "${name}" in: ${text()}`)
  return found
}

export function field(label: string): HTMLInputElement {
  const found = [...document.querySelectorAll('label')].find((one) => one.textContent?.includes(label))
  const input = found?.querySelector('input')
  if (!input) throw new Error(`no field "${label}" in: ${text()}`)
  return input
}

export const press = (target: HTMLElement): Promise<void> =>
  act(async () => {
    target.click()
  })

/** As React hears it: the setter of the element itself, then the event. */
export const type = (input: HTMLInputElement, value: string): Promise<void> =>
  act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
