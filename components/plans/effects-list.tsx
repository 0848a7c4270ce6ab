import type { PlannedEffect } from '@/lib/fleet/plan.ts'
import { nodeName } from '../locks/words.ts'
import { cx } from '../ui/class-names.ts'
import { shortDigest } from '../ui/format.ts'
import { ArrowIcon } from '../ui/icons.tsx'
import { EFFECT_SIGNS } from './words.ts'

function Sign({ effect }: { effect: PlannedEffect['effect'] }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'inline-flex size-4.5 shrink-0 items-center justify-center rounded-4 font-mono text-12 font-semibold',
        effect === 'delete' && 'bg-split-soft text-split-ink',
        effect === 'leave' && 'bg-raised text-ink-2',
        effect === 'out-of-reach' && 'border border-dashed border-hatch text-ink',
      )}
    >
      {EFFECT_SIGNS[effect].sign}
    </span>
  )
}

/** What will be written on each node, and with what it is compared first. */
export function EffectsList({ effects }: { effects: readonly PlannedEffect[] }) {
  return (
    <ul aria-label="What will be written on each node">
      {effects.map((effect) => (
        <li
          key={effect.node}
          className="flex min-h-6.5 items-center gap-3 border-b border-line py-0.5 last:border-b-0 max-md:flex-wrap max-md:gap-x-2 max-md:gap-y-0"
        >
          <Sign effect={effect.effect} />
          <span className="w-14 shrink-0 truncate font-mono text-12 font-semibold">
            {nodeName(effect.node)}
          </span>
          <span className="w-36 shrink-0 truncate font-mono text-12 text-ink-2 max-md:w-auto">
            {effect.sees ?? (effect.effect === 'out-of-reach' ? 'no answer' : 'empty')}
          </span>
          <span className="text-ink-3 max-md:hidden">
            <ArrowIcon />
          </span>
          <span
            className={cx(
              'min-w-0 flex-1 max-md:basis-full max-md:pl-6.5',
              effect.effect === 'delete' ? 'text-ink' : 'text-ink-2',
            )}
          >
            {effect.says}
          </span>
          {effect.effect === 'delete' && effect.tokenDigest !== null ? (
            <span className="font-mono text-12 text-ink-3 max-md:hidden">
              compare {shortDigest(effect.tokenDigest)}
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
