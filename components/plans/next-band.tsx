import type { Plan } from '@/lib/fleet/plan.ts'
import { cx } from '../ui/class-names.ts'
import { lifeOf, nextWords } from './words.ts'

/** Who has it until the release, and who from then on. */
export function NextBand({ plan }: { plan: Plan }) {
  const next = nextWords(plan)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] text-12 max-md:grid-cols-2">
      <span
        className={cx(
          'truncate px-2 py-1 font-medium',
          lifeOf(plan) === 'silent' ? 'bg-risk text-on-risk' : 'bg-held text-on-held',
        )}
      >
        {plan.holder?.label ?? 'nobody'}
      </span>
      <span
        className={cx(
          'truncate px-2 py-1 font-medium',
          plan.next === null
            ? 'border border-l-0 border-line-2 text-ink-2'
            : 'ml-px bg-held-2 text-on-held-2',
        )}
      >
        {next.who}
      </span>
      <span className="pt-1 text-ink-3">until the release</span>
      <span className="border-l border-line-2 pt-1 pl-2 text-ink-2">from the release on; {next.note}</span>
    </div>
  )
}
