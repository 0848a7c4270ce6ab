import type { FleetBackend } from '@/lib/fleet/node.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { cx } from '../ui/class-names.ts'
import { type Margin, marginOf } from './words.ts'

const MARGIN_INK: Record<Margin['grave'], string> = {
  fine: 'text-ink',
  thin: 'text-risk-ink',
  lost: 'text-split-ink',
}

export function MarginWords({ backend }: { backend: FleetBackend }) {
  const margin = marginOf(backend)
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        MARGIN_INK[margin.grave],
      )}
    >
      {margin.grave === 'fine' ? null : (
        <StateGlyph look={margin.grave === 'lost' ? 'split' : 'risk'} size={12} />
      )}
      {margin.says}
    </span>
  )
}
