import { act, useRef, useState } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { render, type } from '../testing/render.tsx'
import { FilterBar } from './filter-bar.tsx'
import { checkFilter } from './filter-terms.ts'

const KNOWN = { backend: ['payments', 'jobs'] }
const typed = vi.fn()

function Bar() {
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  typed(text)
  return (
    <FilterBar
      text={text}
      onText={setText}
      problem={checkFilter(text).problem}
      shown=""
      inputRef={input}
      known={KNOWN}
    />
  )
}

let close: (() => Promise<void>) | null = null
afterEach(async () => {
  await close?.()
  vi.unstubAllGlobals()
})

async function open() {
  const page = await render(<Bar />)
  close = page.close
  const input = document.querySelector<HTMLInputElement>('input[role=combobox]')
  if (!input) throw new Error('no field')
  await act(async () => input.focus())
  const options = () => [...document.querySelectorAll('[role=option]')]
  return {
    input,
    options: () => options().map((option) => option.textContent ?? ''),
    option: (name: string) => options().find((option) => option.textContent?.startsWith(name)) as HTMLElement,
    pointed: () =>
      document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null,
    key: async (key: string) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      await act(async () => void input.dispatchEvent(event))
      return event.defaultPrevented
    },
    type: (text: string) => type(input, text),
  }
}

test('keys and then their values are completed with the arrows and Enter', async () => {
  const bar = await open()
  expect(bar.input.getAttribute('aria-expanded')).toBe('false')
  await bar.type('sta')
  expect(bar.options()).toEqual([expect.stringMatching(/^state:/)])
  expect(bar.pointed()).toBeNull()
  await bar.key('ArrowDown')
  expect(bar.pointed()).toMatch(/^state:/)
  await bar.key('Enter')
  expect(bar.input.value).toBe('state:')
  expect(bar.options()).toContain('held')
  await bar.key('ArrowDown')
  await bar.key('ArrowDown')
  const wanted = bar.pointed()
  await bar.key('Tab')
  expect(bar.input.value).toBe(`state:${wanted}`)
  expect(bar.options()).toEqual([])
  expect(bar.input.selectionStart).toBe(bar.input.value.length)
})

test('values of this fleet are offered, and a click takes one', async () => {
  const bar = await open()
  await bar.type('backend:')
  expect(bar.options()).toEqual(['payments', 'jobs'])
  await act(async () => bar.option('jobs').click())
  expect(bar.input.value).toBe('backend:jobs')
})

test('Enter and Tab do what they always do when nothing is pointed at', async () => {
  const bar = await open()
  await bar.type('sta')
  expect(await bar.key('Enter')).toBe(false)
  expect(await bar.key('Tab')).toBe(false)
  expect(bar.input.value).toBe('sta')
})

test('Escape closes the list, then leaves the field, and the text stays', async () => {
  const bar = await open()
  await bar.type('state:fr')
  expect(bar.options()).toEqual(['free', 'frozen'])
  expect(bar.input.getAttribute('aria-invalid')).toBe('false')
  await bar.key('Escape')
  expect(bar.options()).toEqual([])
  expect(bar.input.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(bar.input)
  await bar.key('Escape')
  expect(document.activeElement).not.toBe(bar.input)
  expect(bar.input.value).toBe('state:fr')
})

test('one Escape is enough when a term is whole', async () => {
  const bar = await open()
  await bar.type('backend:payments state:held')
  expect(bar.options()).toEqual([])
  await bar.key('Escape')
  expect(document.activeElement).not.toBe(bar.input)
})

test('plain words open no list, and the cross clears the text', async () => {
  const bar = await open()
  await bar.type('orders')
  expect(bar.options()).toEqual([])
  await act(async () => document.querySelector<HTMLElement>('button[aria-label="Clear the filter"]')?.click())
  expect(bar.input.value).toBe('')
})

test('a slip is told and marked where it is', async () => {
  const bar = await open()
  await bar.type('orders state:gone')
  expect(bar.input.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById('filter-says')?.textContent).toContain('"gone" is no state')
  const marked = [...document.querySelectorAll('[aria-hidden] span')].filter((one) =>
    one.className.includes('decoration-risk'),
  )
  expect(marked.map((one) => one.textContent)).toEqual(['gone'])
})
