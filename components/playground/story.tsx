'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import type { DemoState } from '@/lib/fleet/demo.ts'
import { Badge } from '../ui/badge.tsx'
import { majorityOf, narrate } from './words.ts'

/** Left of the stage: where one is, what just happened and why. */
export function Story({ state }: { state: DemoState }) {
  const tell = (now: number | null) => narrate(state, now ?? Date.parse(state.now))
  const says = useOnClock((now) => tell(now).says)
  const because = useOnClock((now) => tell(now).because)
  const of = state.nodes.length
  const need = majorityOf(of)
  return (
    <aside className="shrink-0 border-line bg-surface max-lg:border-b lg:w-80 lg:border-r">
      <header className="border-b border-line px-4 py-3 max-md:px-3">
        <h1 className="flex items-center gap-2.5 text-20 font-semibold">
          Playground <Badge outlined>DEMO</Badge>
        </h1>
        <p className="text-ink-2">
          {state.servers === 'real'
            ? `The real library on ${of} Redis processes started for this page. Never on a configured fleet.`
            : `The real library on ${of} nodes in memory: redis-server was not found on this machine. Never on a configured fleet.`}
        </p>
      </header>
      <div role="status" className="min-h-36 border-b border-line px-4 py-3 max-md:px-3">
        <p className="text-15">{says}</p>
        <p className="pt-1.5 text-ink-2">{because}</p>
      </div>
      <section aria-labelledby="majority" className="px-4 py-3 max-lg:hidden">
        <h2 id="majority" className="font-semibold">
          What a majority is
        </h2>
        <p className="pt-1.5 text-ink-2">
          The {of} nodes don’t know each other. A client asks all of them at once and has the lock when {need}{' '}
          say yes in time: any two groups of {need} share at least one node, and no node says yes twice.
        </p>
        <h2 className="pt-4 font-semibold">Try this</h2>
        <ol className="flex list-decimal flex-col gap-1.5 pt-1.5 pl-4 text-ink-2 marker:text-ink-3">
          <li>Acquire as one client, then as another: the second is told no.</li>
          <li>
            Kill {of - need} nodes. The lock can still be taken: {need} are left.
          </li>
          <li>Kill one more. Nobody can take it, and the page says why.</li>
          <li>Restart one. It comes back empty, so it must sit out before its word counts.</li>
        </ol>
      </section>
    </aside>
  )
}
