'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react'
import { useFoundLocks, useOverview } from '@/lib/client/queries.ts'
import type { LockRow } from '@/lib/fleet/lock.ts'
import { cx } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { SearchIcon } from '../ui/icons.tsx'
import type { Binding } from '../ui/keys.ts'
import { type Find, findsFor, quoted } from './palette-finds.ts'

const SETTLED_MS = 120
const NONE: readonly LockRow[] = []

/** Finds any lock, holder, node, page or act of the page by a part of its name. */
export function Palette({ bindings, onClose }: { bindings: readonly Binding[]; onClose(): void }) {
  const router = useRouter()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const settled = useSettled(text.trim())
  const { data: overview } = useOverview()
  const locks = useFoundLocks(settled === '' ? null : quoted(settled))
  const held = useFoundLocks(settled === '' ? null : `holder:${quoted(settled)}`)
  const finds = useMemo(
    () =>
      findsFor({
        ...{ text, bindings, backends: overview?.backends ?? [] },
        ...{ locks: locks.data?.items ?? NONE, held: held.data?.items ?? NONE },
      }),
    [text, bindings, overview, locks.data, held.data],
  )
  const pointed = finds[Math.min(at, finds.length - 1)]

  const choose = ({ to }: Find) => {
    onClose()
    if (typeof to === 'string') router.push(to)
    // Closing gives the focus back first.
    else requestAnimationFrame(to)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((Math.min(at, finds.length - 1) + step + finds.length) % finds.length)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing && pointed) {
      event.preventDefault()
      choose(pointed)
    }
  }

  return (
    <Dialog label={`${id}-title`} onClose={onClose} className="md:mt-24 max-w-xl">
      <h2 id={`${id}-title`} className="sr-only">
        Find anything
      </h2>
      <div className="flex items-center gap-2 border-b border-line px-4 text-ink-3">
        <SearchIcon />
        <input
          data-start
          type="text"
          role="combobox"
          aria-label="Lock, holder, node, page or act"
          aria-autocomplete="list"
          aria-expanded={finds.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={pointed ? `${id}-${finds.indexOf(pointed)}` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="Lock, holder, node, page or act"
          className="h-11 min-w-0 flex-1 bg-transparent text-ink outline-none"
          value={text}
          onChange={({ target }) => {
            setText(target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Found"
        tabIndex={-1}
        className="max-h-96 overflow-y-auto py-1"
      >
        {finds.map((find, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus
          <div
            key={find.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={find === pointed}
            ref={find === pointed ? intoView : undefined}
            className={cx(
              'flex min-h-8 cursor-default items-baseline gap-3 px-4 py-1.5 max-md:min-h-11',
              find === pointed ? 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-raised',
            )}
            // Before the field would lose the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(find)}
          >
            <span
              className={cx(
                'min-w-0 flex-1 truncate',
                find.is !== 'page' && find.is !== 'act' && 'font-mono text-12',
              )}
            >
              {find.name}
            </span>
            <span className="shrink-0 text-12 text-ink-3">{find.note}</span>
          </div>
        ))}
      </div>
    </Dialog>
  )
}

const intoView = (option: HTMLElement | null): void => option?.scrollIntoView({ block: 'nearest' })

/** What was typed, once nothing more was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** Opens it with Ctrl or Cmd and K, wherever the focus is, but not over another dialog. */
export function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return
      event.preventDefault()
      if (document.querySelector('dialog[open]') === null) open()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [open])
}
