'use client'

import type { Completion } from '@/lib/fleet/filter-complete.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { LOCK_STATES } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'

export const LIST_ID = 'filter-completions'
export const optionId = (index: number): string => `${LIST_ID}-${index}`

/** What could be typed next. The focus stays in the field: the list is only pointed at. */
export function CompletionList({
  completions,
  at,
  onChoose,
}: {
  completions: readonly Completion[]
  at: number
  onChoose(completion: Completion): void
}) {
  const [first] = completions
  return (
    <div
      id={LIST_ID}
      role="listbox"
      aria-label="Completions"
      tabIndex={-1}
      className="absolute top-full z-20 mt-1 max-h-80 min-w-56 max-w-full overflow-y-auto rounded-4 border border-line-2 bg-surface py-1 font-mono text-12 max-md:right-0 max-md:left-0 md:left-(--at)"
      style={{ '--at': `min(${first?.from ?? 0}ch + 30px, 60%)` } as Record<string, string>}
    >
      {completions.map((completion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which keeps the focus
        <div
          key={completion.label}
          id={optionId(index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          ref={index === at ? intoView : undefined}
          className={cx(
            'flex min-h-6 cursor-default items-center gap-2 px-2.5 py-0.5 text-ink max-md:min-h-10',
            index === at ? 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]' : 'hover:bg-raised',
          )}
          // Before the field would lose the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(completion)}
        >
          <State label={completion.label} />
          <span className="shrink-0">{completion.label}</span>
          {completion.says === null ? null : (
            <span className="truncate font-sans text-ink-3">{completion.says}</span>
          )}
        </div>
      ))}
    </div>
  )
}

const intoView = (option: HTMLElement | null): void => option?.scrollIntoView({ block: 'nearest' })

function State({ label }: { label: string }) {
  const look = LOCK_STATES.find((state) => state === label)
  return look === undefined ? null : <StateGlyph look={look} size={12} />
}
