'use client'

import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { type Completion, completionsAt, type KnownValues } from '@/lib/fleet/filter-complete.ts'

const NONE: readonly Completion[] = []

/**
 * The list under the field: it opens while a word is typed, arrows walk through it, Enter or Tab takes what they point at,
 * Escape closes it, and a second one leaves the field with the text as it is.
 */
export function useCompletion(
  text: string,
  onText: (text: string) => void,
  known: KnownValues,
  input: RefObject<HTMLInputElement | null>,
) {
  const [caret, setCaret] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const caretAfter = useRef<number | null>(null)
  const completions = isOpen ? completionsAt(text, Math.min(caret, text.length), known) : NONE
  const pointed = completions[at]

  useLayoutEffect(() => {
    if (caretAfter.current === null || text === '') return
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = null
  }, [text, input])

  const choose = ({ from, to, insert }: Completion) => {
    caretAfter.current = from + insert.length
    setCaret(from + insert.length)
    setAt(-1)
    // A key wants a value next.
    setOpen(insert.endsWith(':'))
    onText(text.slice(0, from) + insert + text.slice(to))
  }

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      if (isOpen) setAt(turned(at, step, completions.length))
      else setOpen(true)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && pointed) {
      event.preventDefault()
      choose(pointed)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (completions.length > 0) setOpen(false)
      else event.currentTarget.blur()
    }
  }

  return {
    completions,
    at: pointed ? at : -1,
    choose,
    onKeyDown,
    /** Typing opens the list once there is something to complete. */
    onType(next: string, place: number) {
      setCaret(place)
      setAt(-1)
      setOpen(/[^\s]$/.test(next.slice(0, place)))
      onText(next)
    },
    onCaret(place: number) {
      if (place !== caret) setAt(-1)
      setCaret(place)
    },
    close: () => setOpen(false),
  }
}

/** Round and round, with one place between the last and the first where nothing is pointed at. */
const turned = (at: number, step: number, length: number): number => {
  const next = at + step
  if (next >= length) return -1
  return next < -1 ? length - 1 : next
}
