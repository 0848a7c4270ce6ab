'use client'

import { cx } from './class-names.ts'

/** A few choices of which one is on. */
export function Segmented({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly { value: string; says: string }[]
  onChange(value: string): void
}) {
  return (
    <fieldset className="inline-flex rounded-4 border border-line-2">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(
            'h-6 px-2 text-12 first:rounded-l-[3px] last:rounded-r-[3px] [&:not(:first-of-type)]:border-l [&:not(:first-of-type)]:border-line-2',
            option.value === value ? 'bg-pressed font-medium text-ink' : 'text-ink-2 hover:bg-raised',
          )}
        >
          {option.says}
        </button>
      ))}
    </fieldset>
  )
}
