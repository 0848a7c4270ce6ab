'use client'

const NAMES = [
  'ground',
  'line',
  'line-2',
  'ink',
  'ink-2',
  'ink-3',
  'held',
  'held-2',
  'on-held',
  'on-held-2',
  'risk',
  'risk-ink',
  'on-risk',
  'wait',
  'split',
  'split-ink',
  'frozen-ink',
  'hatch',
  'hatch-ground',
] as const

export type Palette = Record<(typeof NAMES)[number], string>

let palette: Palette | null = null
const listeners = new Set<() => void>()
let stop: (() => void) | null = null

/** The tokens as a canvas can use them: resolved for the theme that is on. */
function resolve(): Palette {
  const probe = document.createElement('span')
  document.body.append(probe)
  const style = getComputedStyle(probe)
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`
    return [name, style.color] as const
  })
  probe.remove()
  return Object.fromEntries(entries) as Palette
}

function follow(): () => void {
  const changed = () => {
    palette = null
    for (const listener of listeners) listener()
  }
  const media = [
    window.matchMedia('(prefers-color-scheme: dark)'),
    window.matchMedia('(prefers-contrast: more)'),
  ]
  for (const one of media) one.addEventListener('change', changed)
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => {
    for (const one of media) one.removeEventListener('change', changed)
    observer.disconnect()
    palette = null
  }
}

export function onPalette(listener: () => void): () => void {
  stop ??= follow()
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    stop?.()
    stop = null
  }
}

export const currentPalette = (): Palette => {
  palette ??= resolve()
  return palette
}
