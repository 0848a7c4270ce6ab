'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import type { Plan } from '@/lib/fleet/plan.ts'
import { clock, duration } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'

/** Until when it is good, counted by the console's clock. */
export function PlanAge({ plan }: { plan: Plan }) {
  const made = Date.parse(plan.createdAt)
  const until = Date.parse(plan.expiresAt)
  const left = useOnClock((now) =>
    now === null ? null : Math.max(0, Math.ceil((until - now) / 1_000) * 1_000),
  )
  return (
    <p className="flex shrink-0 flex-col items-end gap-1.5 text-12 text-ink-2 max-md:items-start">
      <span>
        Plan of {clock(made)}
        {left === null ? '' : left === 0 ? ', no longer good' : `, good for ${duration(left)}`}
      </span>
      <Meter
        part={left === null ? 1 : left / (until - made)}
        width={108}
        className={left === 0 ? 'text-risk' : 'text-ink-2'}
      />
    </p>
  )
}
