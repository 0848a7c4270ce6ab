'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import type { Holder, Lock, Waiters } from '@/lib/fleet/lock.ts'
import { cx } from '../ui/class-names.ts'
import { absolute, digits, number } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Tinted } from '../ui/tinted.tsx'
import { heldFor, leftOfLock, nameParts, shortFence } from './words.ts'

export function LockName({ name, className }: { name: string; className?: string }) {
  const { prefix, last } = nameParts(name)
  return (
    <span className={cx('font-mono text-12', className)}>
      <span className="text-ink-3">{prefix}</span>
      {last}
    </span>
  )
}

const AtLeast = () => <span className="text-12 text-ink-3">at least </span>

export function HeldFor({ lock }: { lock: Pick<Lock, 'holders' | 'state'> }) {
  const says = useOnClock((now) => heldFor(lock, now).says)
  const { atLeast, since } = heldFor(lock, null)
  if (since === null) return <span className="text-ink-3">{says}</span>
  return (
    <time dateTime={since} title={`${atLeast ? 'First seen' : 'Since'} ${absolute(Date.parse(since))}`}>
      {atLeast ? '> ' : ''}
      {says}
    </time>
  )
}

const METER_PX = 46

/** Counts down from what the server said was left, by the age of that reading. */
export function TtlLeft({
  lock,
  risk,
}: {
  lock: Pick<Lock, 'holders' | 'observedAt' | 'state'>
  risk: boolean
}) {
  const holder = lock.holders[0]
  const left = (now: number | null) => leftOfLock(lock, now)
  const says = useOnClock((now) => left(now).says)
  const is = useOnClock((now) => left(now).is)
  const part = useOnClock((now) => {
    const { part } = left(now)
    return part === null ? null : Math.round(part * METER_PX) / METER_PX
  })
  if (is === 'nothing') return <span className="text-ink-3">–</span>
  if (is === 'none') return <span className="font-medium text-risk-ink">none</span>
  if (is === 'unknown') {
    return (
      <>
        <span className="hatch h-2 w-11.5 shrink-0" />
        <span className="min-w-16 text-right text-ink-2">unknown</span>
      </>
    )
  }
  return (
    <>
      {holder?.remainingIs === 'at-least' ? (
        <AtLeast />
      ) : part === null ? null : (
        <Meter part={part} width={METER_PX} className={risk ? 'text-risk' : 'text-ink-2'} />
      )}
      <span className="min-w-16 text-right">{says}</span>
    </>
  )
}

const BAR_PX = 26

export function Waiting({ waiters, most }: { waiters: Waiters; most: number }) {
  if (!waiters.known) {
    return (
      <span
        className="inline-flex items-center gap-1.5 text-ink-2"
        title="This library leaves no trace of its waiters"
      >
        unknown <span className="hatch size-2.5" />
      </span>
    )
  }
  if (waiters.count === 0) return <span className="text-ink-3">0</span>
  return (
    <span className="inline-flex items-center gap-2">
      <svg width={BAR_PX} height="8" aria-hidden="true">
        <rect
          x={BAR_PX - Math.max(1.5, (waiters.count / Math.max(1, most)) * BAR_PX)}
          width={Math.max(1.5, (waiters.count / Math.max(1, most)) * BAR_PX)}
          height="8"
          className="fill-wait"
        />
      </svg>
      <Tinted value={waiters.count}>{number(waiters.count)}</Tinted>
    </span>
  )
}

export function Fence({ holder }: { holder: Holder | undefined }) {
  if (holder?.fence == null) return <span className="text-ink-3">–</span>
  return <span title={`Fence ${digits(holder.fence)}`}>{shortFence(holder.fence)}</span>
}
