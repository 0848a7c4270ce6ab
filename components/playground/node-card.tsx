'use client'

import { useDemoAct } from '@/lib/client/queries.ts'
import type { DemoNode, DemoState } from '@/lib/fleet/demo.ts'
import { StateWord } from '../states/glyph.tsx'
import type { Said } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { problemText } from '../ui/problem-note.tsx'
import { CardButton } from './card-button.tsx'
import { Remaining, RemainingBar } from './remaining.tsx'

function saidOf(node: DemoNode): Said {
  if (!node.running) return { look: 'unknown', word: 'dead, no answer' }
  if (node.quarantinedMs !== null) return { look: 'quarantined', word: 'sits out' }
  return { look: 'answers', word: 'answers' }
}

function Vote({ state, node }: { state: DemoState; node: DemoNode }) {
  if (!node.running) {
    return (
      <>
        <span className="hatch h-2 w-13.5 shrink-0" />
        <span className="text-ink-2">unknown</span>
      </>
    )
  }
  if (node.quarantinedMs !== null) {
    return (
      <span className="text-frozen-ink">
        its word counts again in <Remaining remainingMs={node.quarantinedMs} at={state.now} />
      </span>
    )
  }
  if (node.holder === null) return <span className="text-ink-3">empty</span>
  return (
    <>
      {node.remainingMs === null ? null : (
        <RemainingBar remainingMs={node.remainingMs} ttlMs={state.ttlMs} at={state.now} />
      )}
      <span className="min-w-0 truncate">{node.holder}</span>
      {node.remainingMs === null ? null : (
        <span className="ml-auto whitespace-nowrap">
          <Remaining remainingMs={node.remainingMs} at={state.now} />
        </span>
      )}
    </>
  )
}

/** A server of the stage: whether it runs, and who it says holds the lock. */
export function NodeCard({
  state,
  node,
  blocked,
}: {
  state: DemoState
  node: DemoNode
  blocked: string | null
}) {
  const act = useDemoAct()
  const busy = act.isPending ? 'It is on its way.' : blocked
  return (
    <section
      aria-label={node.id}
      className={cx(
        'relative rounded-4 border bg-surface',
        node.running ? 'border-line-2' : 'border-dashed border-hatch',
      )}
    >
      <span
        data-anchor={`node ${node.id}`}
        data-side="left"
        aria-hidden="true"
        className="pointer-events-none absolute inset-x-0 top-1/2"
      />
      <header className="flex items-center justify-between gap-3 px-3 pt-1.5">
        <h3 className="font-mono text-12 font-semibold">{node.id}</h3>
        <span aria-live="polite">
          <StateWord said={saidOf(node)} size={12} />
        </span>
      </header>
      <p className="flex min-h-5 items-center gap-2 px-3 pb-1.5">
        {act.isError ? (
          <span role="alert" className="truncate text-risk-ink">
            {problemText(act.error).says}
          </span>
        ) : (
          <Vote state={state} node={node} />
        )}
      </p>
      <footer className="grid grid-cols-2 divide-x divide-line border-t border-line">
        <CardButton
          label={`Kill ${node.id}`}
          blocked={busy ?? (node.running ? null : 'It is dead already.')}
          onClick={() => act.mutate({ act: 'kill', node: node.id })}
        >
          Kill
        </CardButton>
        <CardButton
          label={`Restart ${node.id}`}
          blocked={busy}
          onClick={() => act.mutate({ act: 'restart', node: node.id })}
        >
          Restart
        </CardButton>
      </footer>
    </section>
  )
}
