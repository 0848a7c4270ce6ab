import type { FleetNode } from '@/lib/fleet/node.ts'
import { cx } from '../ui/class-names.ts'
import { Meter } from '../ui/meter.tsx'
import { type Fact, keptOf, storeOf } from './words.ts'

const INKS: Record<Fact['grave'], string> = {
  fine: 'text-ink-2',
  risk: 'font-medium text-risk-ink',
  alarm: 'font-medium text-split-ink',
  unknown: 'text-ink-3',
}

export function FactWords({ fact, className }: { fact: Fact; className?: string }) {
  return (
    <span className={cx(INKS[fact.grave], className)} title={fact.says}>
      {fact.says}
    </span>
  )
}

/** How full it is, of how much, and what it does when it is full. */
export function StoreWords({ node }: { node: FleetNode }) {
  const store = storeOf(node)
  if (store === null) return <span className="text-ink-3">not told</span>
  return (
    <span className="inline-flex items-center gap-2 align-top">
      <span className="inline-flex w-9 shrink-0 max-xl:hidden">
        {store.part === null ? null : (
          <Meter part={store.part} width={36} className={store.part >= 0.9 ? 'text-risk' : 'text-ink-2'} />
        )}
      </span>
      <span className="whitespace-nowrap">
        {store.used} <FactWords fact={store.grave === 'fine' ? { ...store, grave: 'unknown' } : store} />
      </span>
    </span>
  )
}

export const KeptWords = ({ node }: { node: FleetNode }) => <FactWords fact={keptOf(node)} />
