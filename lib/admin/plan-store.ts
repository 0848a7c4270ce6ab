import { randomBytes } from 'node:crypto'
import type { Plan } from '../fleet/plan.ts'
import { Problem } from '../fleet/problem.ts'

export const PLAN_TTL_MS = 60_000
/** For how long a plan that can't be applied any more is still told apart from one that never was. */
const REMEMBER_MS = 600_000
const MOST_PLANS = 1_000

/** A plan as it was made; its state is a matter of time. */
export type MadePlan = Omit<Plan, 'id' | 'state' | 'createdAt' | 'expiresAt' | 'now'>

export interface PlanStore {
  add(plan: MadePlan): Plan
  get(id: string): Plan
  /** Marks an open plan as used: it can't be applied twice. Answers how to undo that while nothing has been done. */
  claim(id: string): { plan: Plan; giveBack(): void }
}

interface Kept {
  plan: MadePlan
  createdAt: number
  isUsed: boolean
}

export function openPlanStore(now: () => number): PlanStore {
  const kept = new Map<string, Kept>()

  const forgetOld = () => {
    for (const [id, { createdAt }] of kept) {
      if (now() - createdAt < REMEMBER_MS && kept.size < MOST_PLANS) return
      kept.delete(id)
    }
  }

  const find = (id: string): Kept => {
    const found = kept.get(id)
    if (!found) {
      throw new Problem('not_found', 'There is no such plan.', {
        hint: 'Plans live a minute: make a new one.',
      })
    }
    return found
  }

  const shown = (id: string, { plan, createdAt, isUsed }: Kept): Plan => ({
    ...plan,
    id,
    state: isUsed ? 'applied' : now() - createdAt < PLAN_TTL_MS ? 'open' : 'expired',
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(createdAt + PLAN_TTL_MS).toISOString(),
    now: new Date(now()).toISOString(),
  })

  return {
    add(plan) {
      forgetOld()
      const id = randomBytes(16).toString('base64url')
      const made = { plan, createdAt: now(), isUsed: false }
      kept.set(id, made)
      return shown(id, made)
    },
    get: (id) => shown(id, find(id)),
    claim(id) {
      const found = find(id)
      const plan = shown(id, found)
      if (plan.state === 'applied') throw new Problem('plan_used', 'This plan was applied already.')
      if (plan.state === 'expired') {
        throw new Problem('plan_expired', 'This plan is older than a minute.', {
          hint: 'Look at the lock again and make a new plan.',
        })
      }
      found.isUsed = true
      return {
        plan,
        giveBack: () => {
          found.isUsed = false
        },
      }
    },
  }
}
