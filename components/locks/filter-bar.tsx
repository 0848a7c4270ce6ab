'use client'

import { type RefObject, useRef } from 'react'
import type { KnownValues } from '@/lib/fleet/filter-complete.ts'
import type { Problem } from '@/lib/fleet/problem.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { LOCK_STATES, LOOKS } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { CloseIcon, SearchIcon } from '../ui/icons.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { useCompletion } from './filter-bar-completion.ts'
import { CompletionList, LIST_ID, optionId } from './filter-bar-list.tsx'
import { pieces, slipOf, statesIn, toggleState } from './filter-terms.ts'

const TEXT = 'font-mono text-12 leading-7 whitespace-pre'

const NOTHING: KnownValues = {}

/** One line of text; terms of the filter language are set off behind it as they are typed. */
export function FilterBar({
  text,
  onText,
  problem,
  shown,
  inputRef,
  known = NOTHING,
}: {
  text: string
  onText(text: string): void
  problem: Problem | null
  /** The last filter that was understood: what the list below shows meanwhile. Null when there was none. */
  shown: string | null
  inputRef: RefObject<HTMLInputElement | null>
  /** What can be completed beside the words of the language itself. */
  known?: KnownValues
}) {
  const behind = useRef<HTMLDivElement>(null)
  const completion = useCompletion(text, onText, known, inputRef)
  const { completions, at } = completion
  // Half a word is no slip while there is something that it can become.
  const slip = completions.length > 0 ? null : problem
  return (
    <search className="shrink-0 border-b border-line bg-surface px-4 py-2 max-md:px-3">
      <div
        className={cx(
          'relative flex h-8 items-center gap-2 rounded-4 border bg-ground px-2.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent',
          slip === null ? 'border-line-input' : 'border-risk',
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
            {pieces(text, slipOf(slip)).map((piece) => (
              <span
                key={piece.at}
                className={cx(
                  piece.key !== null && 'rounded-4 bg-pressed py-1 shadow-[0_0_0_2px_var(--pressed)]',
                  piece.slip && 'underline decoration-risk decoration-2 underline-offset-4',
                )}
              >
                {piece.text}
              </span>
            ))}
          </div>
          <input
            ref={inputRef}
            type="text"
            role="combobox"
            inputMode="search"
            enterKeyHint="search"
            aria-label="Filter locks"
            aria-autocomplete="list"
            aria-expanded={completions.length > 0}
            aria-controls={completions.length > 0 ? LIST_ID : undefined}
            aria-activedescendant={at === -1 ? undefined : optionId(at)}
            aria-describedby="filter-says"
            aria-invalid={slip !== null}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder="Name, or state: holder: ttl:<5s waiters:>2 verdict:any"
            className={cx(
              TEXT,
              'absolute inset-0 w-full px-1 bg-transparent text-ink outline-none placeholder:font-sans placeholder:text-13',
            )}
            value={text}
            onChange={({ target }) =>
              completion.onType(target.value, target.selectionStart ?? target.value.length)
            }
            onSelect={({ currentTarget }) => completion.onCaret(currentTarget.selectionStart ?? 0)}
            onBlur={completion.close}
            onScroll={(event) => {
              if (behind.current) behind.current.scrollLeft = event.currentTarget.scrollLeft
            }}
            onKeyDown={completion.onKeyDown}
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
        {completions.length === 0 ? null : (
          <CompletionList completions={completions} at={at} onChoose={completion.choose} />
        )}
      </div>
      <p id="filter-says" role="status" className={cx('text-12', slip !== null && 'pt-1.5')}>
        {slip === null ? null : (
          <>
            <span className="font-medium text-risk-ink">{slip.message}</span>{' '}
            <span className="text-ink-2">
              {slip.hint} {shown === '' ? 'Below is everything.' : null}
              {shown ? (
                <>
                  Below is still what matches <code className="font-mono text-ink">{shown}</code>.
                </>
              ) : null}
            </span>
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
