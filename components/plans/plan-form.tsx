'use client'

import { type ReactNode, useState } from 'react'
import { useOnClock, useStaleReason } from '@/lib/client/live.tsx'
import type { Plan } from '@/lib/fleet/plan.ts'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/format.ts'
import { EffectsList } from './effects-list.tsx'
import { Field } from './field.tsx'
import { NextBand } from './next-band.tsx'
import { PlanAge } from './plan-age.tsx'
import { PlanFacts } from './plan-facts.tsx'
import type { Step } from './use-release.ts'
import { countOf, lettersLeft, restWords, whyName } from './words.ts'

const LEAST_REASON = 3

type FormStep = Extract<Step, { plan: Plan }> & { is: 'open' | 'applying' | 'unanswered' }

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b border-line px-5 py-3 max-md:px-4">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 pb-1.5">
        <h3 className="label">{title}</h3>
        {aside === undefined ? null : <p className="text-12 text-ink-2">{aside}</p>}
      </header>
      {children}
    </section>
  )
}

/** Everything that has to be known before the button, in the order of the questions. */
export function PlanForm({
  title,
  backendWords,
  step,
  onRelease,
  onPlanAgain,
  onClose,
}: {
  title: string
  backendWords: string
  step: FormStep
  onRelease(plan: Plan, reason: string, confirm: string): Promise<void>
  onPlanAgain(): void
  onClose(): void
}) {
  const { plan } = step
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const stale = useStaleReason()
  const expired = useOnClock((now) => now !== null && now >= Date.parse(plan.expiresAt))
  const blocked = whyBlocked({ stale, expired, step: step.is, reason, typed, typeName: plan.typeName })
  const holder = plan.holder?.label ?? 'nobody'
  const deletes = countOf(plan.effects, 'delete')

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (blocked === null) void onRelease(plan, reason.trim(), typed)
      }}
    >
      <header className="flex justify-between gap-x-6 gap-y-2 border-b border-line px-5 pt-4 pb-3 max-md:flex-col max-md:px-4">
        <div className="min-w-0">
          <h2 id={title} className="text-20 font-semibold break-words">
            Release <span className="font-mono">{plan.lock.name}</span>, held by {holder}?
          </h2>
          <p className="pt-0.5 text-12 text-ink-2">{backendWords}</p>
        </div>
        <PlanAge plan={plan} />
      </header>
      <Part title="What was seen">
        <PlanFacts plan={plan} />
      </Part>
      <Part
        title="What will be written"
        aside={
          <>
            <b className="font-semibold text-split-ink">{counted(deletes, 'delete')}</b>
            {restWords(plan) === '' ? '' : `, ${restWords(plan)}`}
          </>
        }
      >
        <EffectsList effects={plan.effects} />
      </Part>
      <Part title="Who gets it, and when">
        <NextBand plan={plan} />
      </Part>
      <div className="grid border-b border-line md:grid-cols-2">
        <section className="px-5 py-3 max-md:px-4">
          <h3 className="label pb-1.5">What this does not stop</h3>
          <ul className="flex flex-col gap-1">
            {plan.warnings.map((warning, i) => (
              <li key={warning} className={i === 0 ? '' : 'text-ink-2'}>
                {warning}
              </li>
            ))}
          </ul>
        </section>
        <section className="px-5 py-3 max-md:px-4 max-md:pt-0">
          <h3 className="label pb-1.5">
            {plan.typeName === null ? 'Why one confirmation is enough' : 'Why you are asked for the name'}
          </h3>
          <p className="text-ink-2">{whyName(plan)}</p>
        </section>
      </div>
      <div className="grid gap-x-5 gap-y-3 px-5 py-3 max-md:px-4 md:grid-cols-2">
        <Field
          label="Reason, kept in the audit"
          aside="required"
          value={reason}
          onChange={setReason}
          disabled={step.is !== 'open'}
        />
        {plan.typeName === null ? null : (
          <Field
            label="Type the lock’s name to confirm"
            aside={lettersLeft(plan.typeName, typed) ?? 'it matches'}
            value={typed}
            onChange={setTyped}
            disabled={step.is !== 'open'}
            ghost={plan.typeName}
          />
        )}
      </div>
      <footer className="sticky bottom-0 flex items-center gap-x-5 gap-y-2.5 border-t border-line bg-ground px-5 py-3 max-md:flex-col max-md:items-stretch max-md:px-4">
        <p role="status" className="min-w-0 flex-1 text-12 text-ink-2">
          <FootWords step={step} expired={expired} blocked={blocked} stale={stale} />
        </p>
        <span className="flex shrink-0 gap-2.5 max-md:justify-end">
          <Button size={32} data-start autoFocus onClick={onClose}>
            {step.is === 'unanswered' ? 'Close' : 'Keep it'}
          </Button>
          {expired ? (
            <Button size={32} onClick={onPlanAgain}>
              Make a new plan
            </Button>
          ) : (
            <Button size={32} kind="filled" type="submit" blocked={blocked}>
              {step.is === 'unanswered' ? 'Ask what came of it' : 'Release 1 lock'}
            </Button>
          )}
        </span>
      </footer>
    </form>
  )
}

function whyBlocked(facts: {
  stale: string | null
  expired: boolean
  step: FormStep['is']
  reason: string
  typed: string
  typeName: string | null
}): string | null {
  if (facts.step === 'applying') return 'The release is on its way.'
  if (facts.step === 'unanswered') return null
  if (facts.stale !== null) return facts.stale
  if (facts.expired) return 'The plan is too old.'
  if (facts.reason.trim().length < LEAST_REASON) return 'It needs a reason.'
  if (facts.typeName !== null && facts.typed !== facts.typeName) return 'It needs the lock’s name, typed.'
  return null
}

function FootWords({
  step,
  expired,
  blocked,
  stale,
}: {
  step: FormStep
  expired: boolean
  blocked: string | null
  stale: string | null
}) {
  if (step.is === 'applying') return 'Releasing, node by node.'
  if (step.is === 'unanswered') {
    return (
      <span className="text-risk-ink">
        The console did not answer. The lock may or may not have been released. Asking again does not release
        it twice.
      </span>
    )
  }
  if (step.refusal !== null) {
    return (
      <span className="text-risk-ink">
        {step.refusal.message} {step.refusal.hint}
      </span>
    )
  }
  if (stale !== null)
    return <span className="text-risk-ink">{stale} It can’t be released from here now.</span>
  if (expired)
    return (
      <span className="text-risk-ink">The plan is too old to be applied. Look again before you act.</span>
    )
  return (
    <>
      Written only where the value is still the one above. If anything changed, it is refused and shown side
      by side.
      {blocked === null ? '' : ` ${blocked}`}
    </>
  )
}
