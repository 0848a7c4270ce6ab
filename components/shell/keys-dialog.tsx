'use client'

import { useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { type Binding, lettersAreOn, turnLetters } from '../ui/keys.ts'

export function KeysDialog({ bindings, onClose }: { bindings: readonly Binding[]; onClose(): void }) {
  const title = useId()
  const [letters, setLetters] = useState(lettersAreOn)
  return (
    <Dialog label={title} onClose={onClose} className="max-w-md">
      <div className="flex flex-col gap-4 p-5">
        <h2 id={title} className="text-20 font-semibold">
          Keys
        </h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          {bindings.map((binding) => (
            <div key={binding.keys} className="contents">
              <dt className="flex gap-1">
                {binding.keys.split(' ').map((key) => (
                  <Kbd key={key} keys={keyWord(key)} />
                ))}
              </dt>
              <dd className="text-ink-2">{binding.says}</dd>
            </div>
          ))}
        </dl>
        <label className="flex items-center gap-2 text-ink-2">
          <input
            type="checkbox"
            className="size-4 accent-ink"
            checked={letters}
            onChange={(event) => {
              turnLetters(event.target.checked)
              setLetters(event.target.checked)
            }}
          />
          Single-letter keys are on
        </label>
        <div className="flex justify-end">
          <Button data-start onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const WORDS: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowRight: '→', ArrowLeft: '←' }

export const keyWord = (key: string): string => WORDS[key] ?? key
