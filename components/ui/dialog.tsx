'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { cx } from './class-names.ts'

/** The browser's own modal: focus stays inside, the page behind is inert, Escape closes. */
export function Dialog({
  label,
  onClose,
  children,
  className,
}: {
  /** id of its heading */
  label: string
  onClose(): void
  children: ReactNode
  className?: string
}) {
  const ref = useRef<HTMLDialogElement>(null)

  useEffect(() => {
    const dialog = ref.current
    if (dialog === null) return
    const before = document.activeElement
    if (!dialog.open) dialog.showModal()
    const start = dialog.querySelector<HTMLElement>('[data-start]')
    start?.focus()
    return () => {
      dialog.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  return (
    <dialog
      ref={ref}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      className={cx(
        'm-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] overflow-y-auto overscroll-contain rounded-6 border border-line-2',
        'bg-surface text-ink shadow-[0_16px_48px_rgb(0_0_0/0.38)] backdrop:bg-black/60',
        'max-md:m-0 max-md:mt-auto max-md:w-full max-md:max-w-none max-md:max-h-[96dvh] max-md:rounded-b-none',
        className,
      )}
    >
      {children}
    </dialog>
  )
}
