'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import type { Plan } from '@/lib/fleet/plan.ts'
import { leftOf, whereabouts } from '../locks/words.ts'
import { StateGlyph } from '../states/glyph.tsx'
import type { LookId } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { clock, counted, digits, setting, shortDigest } from '../ui/format.ts'
import { type Life, lifeOf, lifeWords } from './words.ts'

function Fact({ head, note, risk = false }: { head: React.ReactNode; note: string; risk?: boolean }) {
  return (
    <div className="min-w-0">
      <p className={cx('truncate font-medium', risk && 'text-risk-ink')}>{head}</p>
      <p className="truncate text-12 text-ink-3" title={note}>
        {note}
      </p>
    </div>
  )
}

const LIFE_LOOKS: Record<Life, LookId> = { alive: 'held', silent: 'risk', unknown: 'unknown' }

/** The holder as it was seen when the plan was made. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const { holder, lock } = plan
  const life = useOnClock((now) => lifeWords(plan, now))
  const left = useOnClock((now) => leftOf(holder ?? undefined, lock.observedAt, now).says)
  if (holder === null) return <p className="text-ink-2">Nobody holds it.</p>
  const renewed =
    holder.lastRenewedAt === null ? 'none seen' : `last at ${clock(Date.parse(holder.lastRenewedAt))}`
  return (
    <div className="grid grid-cols-4 gap-x-6 gap-y-2 max-md:grid-cols-2">
      <Fact
        risk={lifeOf(plan) === 'silent'}
        head={
          <span className="inline-flex items-center gap-1.5">
            <StateGlyph look={LIFE_LOOKS[lifeOf(plan)]} size={12} />
            {life}
          </span>
        }
        note={whereabouts(holder)}
      />
      <Fact head={counted(holder.renewals, 'renewal')} note={renewed} />
      <Fact
        head={
          holder.remainingIs === 'none'
            ? 'no TTL'
            : `${holder.remainingIs === 'at-least' ? 'at least ' : ''}${left} left`
        }
        note={holder.ttlMs === null ? 'of a TTL not known' : `of ${setting(holder.ttlMs)}`}
      />
      <Fact
        head={holder.fence === null ? 'no fence' : digits(holder.fence)}
        note={`${holder.fence === null ? '' : 'fence, '}token hmac ${shortDigest(holder.tokenDigest)}`}
      />
    </div>
  )
}
