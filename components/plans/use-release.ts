'use client'

import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { NoAnswer } from '@/lib/client/api.ts'
import { useApplyPlan, useMakePlan } from '@/lib/client/queries.ts'
import type { Lock } from '@/lib/fleet/lock.ts'
import { type Applied, type Changed, changedSchema, type Plan } from '@/lib/fleet/plan.ts'
import { Problem } from '@/lib/fleet/problem.ts'

export type Step =
  | { is: 'planning' }
  | { is: 'open'; plan: Plan; refusal: Problem | null }
  | { is: 'applying'; plan: Plan }
  /** Sent, and nothing came back: it may have happened. */
  | { is: 'unanswered'; plan: Plan }
  | { is: 'done'; plan: Plan; applied: Applied }
  | { is: 'changed'; changed: Changed }
  | { is: 'failed'; error: unknown }

/** A refusal that leaves the plan as it is: it can be put right and sent again. */
const CAN_BE_MENDED = new Set(['invalid', 'name_mismatch', 'audit_unavailable'])

const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

function changedIn(error: unknown): Changed | null {
  if (!(error instanceof Problem) || error.code !== 'changed') return null
  const details = changedSchema.safeParse(error.details)
  return details.success ? details.data : null
}

const failed = (error: unknown): Step => {
  const changed = changedIn(error)
  return changed === null ? { is: 'failed', error } : { is: 'changed', changed }
}

/** From a lock as it was seen to what came of releasing it. */
export function useRelease(lock: Pick<Lock, 'id' | 'seen'>) {
  const [step, setStep] = useState<Step>({ is: 'planning' })
  const [key, setKey] = useState(newKey)
  const { mutateAsync: make } = useMakePlan()
  const { mutateAsync: apply } = useApplyPlan(lock.id)

  const plan = useCallback(
    async (seen: string) => {
      setStep({ is: 'planning' })
      setKey(newKey())
      try {
        setStep({ is: 'open', plan: await make({ id: lock.id, seen }), refusal: null })
      } catch (error) {
        setStep(failed(error))
      }
    },
    [make, lock.id],
  )

  const first = useEffectEvent(() => plan(lock.seen))
  useEffect(() => void first(), [])

  const release = async (of: Plan, reason: string, confirm: string) => {
    setStep({ is: 'applying', plan: of })
    const request = { reason, ...(of.typeName === null ? {} : { confirm }) }
    try {
      setStep({ is: 'done', plan: of, applied: await apply({ plan: of.id, request, key }) })
    } catch (error) {
      if (error instanceof NoAnswer) setStep({ is: 'unanswered', plan: of })
      else if (error instanceof Problem && CAN_BE_MENDED.has(error.code)) {
        setKey(newKey())
        setStep({ is: 'open', plan: of, refusal: error })
      } else setStep(failed(error))
    }
  }

  return { step, plan, release }
}
