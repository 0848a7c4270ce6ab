'use client'

import type { ReactNode } from 'react'
import { useDemoAct } from '@/lib/client/queries.ts'
import type { DemoClient, DemoState } from '@/lib/fleet/demo.ts'
import { StateWord } from '../states/glyph.tsx'
import { cx } from '../ui/class-names.ts'
import { At } from '../ui/moment.tsx'
import { problemText } from '../ui/problem-note.tsx'
import { CardButton } from './card-button.tsx'
import { Remaining } from './remaining.tsx'
import { believes, CLIENT_SAID, truth } from './words.ts'

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className={cx('min-w-0', name === 'Last' && 'md:min-h-10')}>{children}</dd>
    </>
  )
}

/** A client of the stage: what it believes, what is true, what came of what it last did. */
export function ClientCard({
  state,
  client,
  blocked,
}: {
  state: DemoState
  client: DemoClient
  blocked: string | null
}) {
  const act = useDemoAct()
  const holds = client.state === 'holding'
  const busy = act.isPending || client.state === 'asking' ? 'It is on its way.' : blocked
  return (
    <section
      aria-label={client.id}
      className={cx('relative rounded-4 border bg-surface', holds ? 'border-held' : 'border-line-2')}
    >
      <span
        data-anchor={`client ${client.id}`}
        data-side="right"
        aria-hidden="true"
        className="pointer-events-none absolute inset-x-0 top-1/2"
      />
      <header className="flex items-center justify-between gap-3 px-3 pt-2">
        <h3 className="font-mono text-12 font-semibold">{client.id}</h3>
        <span className="flex items-center gap-1.5" aria-live="polite">
          <StateWord said={CLIENT_SAID[client.state]} size={12} />
          {holds && client.remainingMs !== null ? (
            <span className="whitespace-nowrap">
              <Remaining remainingMs={client.remainingMs} at={state.now} /> left
            </span>
          ) : null}
        </span>
      </header>
      <dl className="grid grid-cols-[62px_1fr] px-3 py-1.5">
        <Line name="Believes">{believes(client)}</Line>
        <Line name="True">{truth(state, client)}</Line>
        <Line name="Last">
          {act.isError ? (
            <span role="alert" className="text-risk-ink">
              {problemText(act.error).says}
            </span>
          ) : client.last === null ? (
            <span className="text-ink-3">nothing yet</span>
          ) : (
            <span className={cx(!client.last.ok && 'text-risk-ink')}>
              {client.last.says}{' '}
              <span className="text-12 text-ink-3">
                <At iso={client.last.at} />
              </span>
            </span>
          )}
        </Line>
      </dl>
      <footer className="grid grid-cols-2 divide-x divide-line border-t border-line">
        <CardButton
          label={`Acquire as ${client.id}`}
          blocked={
            busy ??
            (holds ? 'It holds the lock already.' : client.state === 'waiting' ? 'It waits already.' : null)
          }
          onClick={() => act.mutate({ act: 'acquire', client: client.id })}
        >
          Acquire
        </CardButton>
        <CardButton
          label={`Release as ${client.id}`}
          blocked={busy ?? (holds ? null : 'It holds nothing.')}
          onClick={() => act.mutate({ act: 'release', client: client.id })}
        >
          Release
        </CardButton>
      </footer>
    </section>
  )
}
