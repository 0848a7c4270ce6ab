'use client'

import { cx } from '../ui/class-names.ts'

/** A line of text with its label; a name to be typed shows faintly what is still missing. */
export function Field({
  label,
  aside,
  value,
  onChange,
  disabled,
  ghost,
}: {
  label: string
  aside: string
  value: string
  onChange(value: string): void
  disabled: boolean
  /** What is still to be typed, shown faintly behind. */
  ghost?: string
}) {
  const rest = ghost?.startsWith(value) ? ghost.slice(value.length) : ''
  const mono = ghost !== undefined && 'font-mono'
  return (
    <label className="block min-w-0">
      <span className="flex justify-between gap-3 pb-1 text-12">
        <span className="font-medium text-ink-2">{label}</span>
        <span className="text-ink-3">{aside}</span>
      </span>
      <span className="relative block">
        {ghost === undefined ? null : (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute inset-0 flex items-center overflow-hidden border border-transparent px-2.5 font-mono text-12 whitespace-pre text-ink-3"
          >
            <span className="invisible">{value}</span>
            {rest}
          </span>
        )}
        <input
          type="text"
          required
          maxLength={500}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={ghost === undefined}
          disabled={disabled}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={cx(
            'h-8 w-full rounded-4 border border-line-input bg-transparent px-2.5 text-ink disabled:border-line disabled:text-ink-3',
            mono && 'font-mono text-12',
          )}
        />
      </span>
    </label>
  )
}
