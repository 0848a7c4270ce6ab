'use client'

import type { ReactNode } from 'react'
import { Kbd } from '../ui/kbd.tsx'
import { type Binding, useKeys } from '../ui/keys.ts'
import { Coverage } from './coverage.tsx'
import { keyWord } from './keys-dialog.tsx'
import { BottomNav } from './nav.tsx'

const NO_KEYS: readonly Binding[] = []

/** What every page is made of: the part that scrolls, and the foot bar with keys left and coverage right. */
export function Screen({
  keys = NO_KEYS,
  foot,
  phoneFoot,
  children,
}: {
  keys?: readonly Binding[]
  /** Said at the right of the foot bar in place of the fleet's coverage. */
  foot?: ReactNode
  /** Takes the place of the pages' bar on a phone. */
  phoneFoot?: ReactNode
  children: ReactNode
}) {
  useKeys(keys)
  return (
    <>
      {children}
      <footer className="flex h-8 shrink-0 items-center gap-4 border-t border-line bg-surface px-4 text-12 text-ink-3 max-md:hidden">
        {keys
          .filter((binding) => binding.foot)
          .map((binding) => (
            <span key={binding.keys} className="inline-flex items-center gap-1.5 whitespace-nowrap">
              {binding.keys.split(' ').map((key) => (
                <Kbd key={key} keys={keyWord(key)} />
              ))}
              {binding.says}
            </span>
          ))}
        <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <Kbd keys="?" /> all keys
        </span>
        <span className="ml-auto truncate">{foot ?? <Coverage />}</span>
      </footer>
      {phoneFoot ?? <BottomNav />}
    </>
  )
}
