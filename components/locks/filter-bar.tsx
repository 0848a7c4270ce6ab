'use client'

import { type Ref, useRef } from 'react'
import { StateGlyph } from '../states/glyph.tsx'
import { LOCK_STATES, LOOKS } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { CloseIcon, SearchIcon } from '../ui/icons.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { pieces, statesIn, toggleState } from './filter-terms.ts'

const TEXT = 'font-mono text-12 leading-7 whitespace-pre'

/** One line of text; terms of the filter language are set off behind it as they are typed. */
export function FilterBar({
  text,
  onText,
  problem,
  inputRef,
}: {
  text: string
  onText(text: string): void
  problem: { message: string; hint: string | null } | null
  inputRef: Ref<HTMLInputElement>
}) {
  const behind = useRef<HTMLDivElement>(null)
  return (
    <search className="shrink-0 border-b border-line bg-surface px-4 py-2 max-md:px-3">
      <div
        className={cx(
          'flex h-8 items-center gap-2 rounded-4 border bg-ground px-2.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent',
          problem === null ? 'border-line-input' : 'border-risk',
        )}
      >
        <span className="text-ink-3">
          <SearchIcon />
        </span>
        <div className="relative h-7 min-w-0 flex-1 overflow-hidden">
          <div
            ref={behind}
            aria-hidden="true"
            className={cx(TEXT, 'absolute inset-0 overflow-hidden px-1 text-transparent')}
          >
            {pieces(text).map((piece) => (
              <span
                key={piece.at}
                className={cx(
                  piece.key !== null && 'rounded-4 bg-pressed py-1 shadow-[0_0_0_2px_var(--pressed)]',
                )}
              >
                {piece.text}
              </span>
            ))}
          </div>
          <input
            ref={inputRef}
            type="search"
            aria-label="Filter locks"
            aria-describedby="filter-says"
            aria-invalid={problem !== null}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder="Name, or state: backend: holder: dialect: verdict:"
            className={cx(
              TEXT,
              'absolute inset-0 w-full px-1 appearance-none bg-transparent [&::-webkit-search-cancel-button]:hidden text-ink outline-none placeholder:font-sans placeholder:text-13',
            )}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onScroll={(event) => {
              if (behind.current) behind.current.scrollLeft = event.currentTarget.scrollLeft
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              event.preventDefault()
              if (text === '') event.currentTarget.blur()
              else onText('')
            }}
          />
        </div>
        {text === '' ? (
          <span className="max-md:hidden">
            <Kbd keys="/" />
          </span>
        ) : (
          <button
            type="button"
            aria-label="Clear the filter"
            className="inline-flex size-6 items-center justify-center rounded-4 text-ink-3 hover:bg-raised hover:text-ink"
            onClick={() => onText('')}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      <p id="filter-says" role="status" className={cx('text-12', problem !== null && 'pt-1.5')}>
        {problem === null ? null : (
          <>
            <span className="font-medium text-risk-ink">{problem.message}</span>{' '}
            <span className="text-ink-2">{problem.hint}</span>
          </>
        )}
      </p>
    </search>
  )
}

/** The states as switches: the same filter for whoever does not type. */
export function StateSwitches({ text, onText }: { text: string; onText(text: string): void }) {
  const on = statesIn(text)
  return (
    <fieldset className="flex items-center gap-1 max-md:-mx-2 max-md:gap-0 max-md:overflow-x-auto">
      <legend className="sr-only">Show only these states</legend>
      {LOCK_STATES.map((state) => {
        const pressed = on.includes(state)
        return (
          <button
            key={state}
            type="button"
            aria-pressed={pressed}
            className={cx(
              'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-4 border px-2 text-12',
              pressed ? 'border-line-2 bg-pressed text-ink' : 'border-transparent text-ink-2 hover:bg-raised',
            )}
            onClick={() => onText(toggleState(text, state))}
          >
            <StateGlyph look={state} size={12} />
            {LOOKS[state].word}
          </button>
        )
      })}
    </fieldset>
  )
}
