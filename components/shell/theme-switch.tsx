'use client'

import { useState } from 'react'
import { MoonIcon, SunIcon, SystemIcon } from '../ui/icons.tsx'
import { applyTheme, THEMES, type Theme } from './theme.ts'

const SAYS = {
  system: { word: 'as the system', icon: SystemIcon },
  light: { word: 'light', icon: SunIcon },
  dark: { word: 'dark', icon: MoonIcon },
} as const

export function ThemeSwitch({ theme }: { theme: Theme }) {
  const [chosen, setChosen] = useState(theme)
  const next = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? 'system'
  const Icon = SAYS[chosen].icon
  const says = `Theme: ${SAYS[chosen].word}. Switch to ${SAYS[next].word}`
  return (
    <button
      type="button"
      aria-label={says}
      title={says}
      className="inline-flex size-7 items-center justify-center rounded-4 text-ink-2 hover:bg-raised hover:text-ink"
      onClick={() => {
        applyTheme(next)
        setChosen(next)
      }}
    >
      <Icon />
    </button>
  )
}
