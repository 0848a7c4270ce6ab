'use client'

import { useEffect, useEffectEvent } from 'react'

export interface Binding {
  /** One key (`j`, `/`, `Escape`) or two in a row (`g t`). */
  keys: string
  says: string
  /** Left out where the browser does it by itself: it is only told of. */
  run?: () => void
  /** Told of in the foot bar too. */
  foot?: boolean
}

const SEQUENCE_MS = 1_200
const CHOICE = 'lockkeeper-keys'
const registered = new Set<() => readonly Binding[]>()
let pending: { key: string; at: number } | null = null

export const allBindings = (): Binding[] => [...registered].flatMap((bindings) => bindings())

/** Single letters get in the way of some who speak or tap their keys: they can be turned off. */
export const lettersAreOn = (): boolean => localStorage.getItem(CHOICE) !== 'off'
export const turnLetters = (on: boolean): void => localStorage.setItem(CHOICE, on ? 'on' : 'off')

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** What was pressed, as bindings name it; null when it is nobody's business here. */
export function pressed(event: KeyboardEvent, before: typeof pending, now: number): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (event.key === 'Shift') return null
  if (before !== null && now - before.at < SEQUENCE_MS) return `${before.key} ${event.key}`
  return event.key
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return
  if (document.querySelector('dialog[open]') !== null) return
  const key = pressed(event, pending, performance.now())
  if (key === null) return
  pending = null
  if (key.length === 1 && !lettersAreOn()) return
  const bindings = allBindings()
  const binding = bindings.findLast((one) => one.keys === key && one.run !== undefined)
  if (binding?.run) {
    event.preventDefault()
    binding.run()
    return
  }
  if (bindings.some((one) => one.keys.startsWith(`${key} `))) pending = { key, at: performance.now() }
}

/** The latest of two bindings for one key wins, so that a page may overrule the shell. */
export function useKeys(bindings: readonly Binding[]): void {
  const current = useEffectEvent(() => bindings)
  useEffect(() => {
    const mine = () => current()
    if (registered.size === 0) document.addEventListener('keydown', onKeyDown)
    registered.add(mine)
    return () => {
      registered.delete(mine)
      if (registered.size === 0) document.removeEventListener('keydown', onKeyDown)
    }
  }, [])
}
