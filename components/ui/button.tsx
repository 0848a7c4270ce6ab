import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { cx } from './class-names.ts'

const KINDS = {
  /** One per view. */
  filled: 'border-ink bg-ink text-on-ink hover:bg-ink-2 hover:border-ink-2',
  plain: 'border-line-2 bg-surface text-ink hover:bg-raised',
  quiet: 'border-transparent text-ink-2 hover:bg-raised hover:text-ink',
} as const

const OFF = 'border-line bg-raised text-ink-3'

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  kind?: keyof typeof KINDS
  size?: 28 | 32 | 44
  /** Why it can't be pressed now. Stays focusable, so that the reason can be read. */
  blocked?: string | null
  children: ReactNode
  ref?: Ref<HTMLButtonElement>
}

const SIZES = { 28: 'h-7 px-2.5', 32: 'h-8 px-3.5', 44: 'h-11 px-4' } as const

export const buttonClass = (kind: keyof typeof KINDS, size: keyof typeof SIZES, off = false): string =>
  cx(
    'inline-flex items-center justify-center gap-2 rounded-4 border font-medium whitespace-nowrap select-none',
    SIZES[size],
    off ? OFF : KINDS[kind],
  )

export function Button({
  kind = 'plain',
  size = 28,
  blocked = null,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const off = blocked !== null
  return (
    <button
      type="button"
      {...rest}
      {...(off ? { 'aria-disabled': true, title: blocked } : {})}
      className={cx(buttonClass(kind, size, off), off && 'cursor-not-allowed!', className)}
      onClick={(event) => {
        if (off) event.preventDefault()
        else onClick?.(event)
      }}
    />
  )
}
