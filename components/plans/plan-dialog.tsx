'use client'

import { type ReactNode, useId } from 'react'
import type { Lock } from '@/lib/fleet/lock.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { AppliedNote } from './applied-note.tsx'
import { PlanForm } from './plan-form.tsx'
import { ThenAndNow } from './then-and-now.tsx'
import { useRelease } from './use-release.ts'

/** A release as a plan: what was seen, what will be written, who is next; applied only if nothing changed. */
export function PlanDialog({
  lock,
  backendWords,
  onClose,
}: {
  lock: Lock
  backendWords: string
  onClose(): void
}) {
  const title = useId()
  const { step, plan, release } = useRelease(lock)
  const heading = (says: ReactNode) => (
    <h2 id={title} className="text-20 font-semibold break-words">
      {says}
    </h2>
  )
  const name = <span className="font-mono">{lock.name}</span>

  return (
    <Dialog label={title} onClose={onClose} className="max-w-220">
      {step.is === 'planning' ? (
        <Panel heading={heading(<>Release {name}?</>)} onClose={onClose} keep="Keep it">
          <Loading what="the plan" />
          <div aria-hidden="true" className="flex h-72 flex-col gap-5 py-2">
            <Skeleton className="w-72" />
            <Skeleton className="w-full" />
            <Skeleton className="w-full" />
            <Skeleton className="w-96 max-w-full" />
          </div>
        </Panel>
      ) : null}
      {step.is === 'open' || step.is === 'applying' || step.is === 'unanswered' ? (
        <PlanForm
          key={step.plan.id}
          title={title}
          backendWords={backendWords}
          step={step}
          onRelease={release}
          onPlanAgain={() => void plan(step.plan.lock.seen)}
          onClose={onClose}
        />
      ) : null}
      {step.is === 'done' ? (
        <Panel heading={heading(name)} onClose={onClose} keep="Close">
          <AppliedNote applied={step.applied} />
        </Panel>
      ) : null}
      {step.is === 'changed' ? (
        <Panel
          heading={heading('Refused: it is not what the plan showed')}
          onClose={onClose}
          keep="Leave it as it is"
          act={
            step.changed.is.releaseBlocked === null && step.changed.is.holders.length > 0 ? (
              <Button size={32} onClick={() => void plan(step.changed.is.seen)}>
                Plan again with what is there now
              </Button>
            ) : null
          }
        >
          <p className="pb-3 text-ink-2">{name} changed after you looked. Nothing was written on any node.</p>
          <ThenAndNow was={step.changed.was} is={step.changed.is} />
        </Panel>
      ) : null}
      {step.is === 'failed' ? (
        <Panel heading={heading(<>{name} was not released</>)} onClose={onClose} keep="Close">
          <div className="-mx-4">
            <ProblemNote what="Nothing was written on any node." error={step.error} />
          </div>
        </Panel>
      ) : null}
    </Dialog>
  )
}

function Panel({
  heading,
  keep,
  act,
  onClose,
  children,
}: {
  heading: ReactNode
  keep: string
  act?: ReactNode
  onClose(): void
  children: ReactNode
}) {
  return (
    <>
      <header className="border-b border-line px-5 pt-4 pb-3 max-md:px-4">{heading}</header>
      <div className="px-5 py-4 max-md:px-4">{children}</div>
      <footer className="flex flex-wrap justify-end gap-2.5 border-t border-line px-5 py-3 max-md:px-4">
        {act}
        <Button size={32} data-start autoFocus onClick={onClose}>
          {keep}
        </Button>
      </footer>
    </>
  )
}
