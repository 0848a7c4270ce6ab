import { cx } from './class-names.ts'

export function Kbd({ keys, onInk = false }: { keys: string; onInk?: boolean }) {
  return (
    <kbd
      className={cx(
        'inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-4 border px-1 font-mono text-12 leading-none',
        onInk ? 'border-current/50 text-on-ink' : 'border-line-2 bg-surface text-ink-2',
      )}
    >
      {keys}
    </kbd>
  )
}
