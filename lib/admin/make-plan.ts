import type { Lock } from '../fleet/lock.ts'
import type { Plan, PlanRequest } from '../fleet/plan.ts'
import { Problem } from '../fleet/problem.ts'
import { plannedEffects } from './effects.ts'
import { liveness } from './liveness.ts'
import type { MadePlan, PlanStore } from './plan-store.ts'
import { warnings } from './warnings.ts'

export interface PlanDeps {
  /** From every node, now. Null when it is nowhere and was not known. */
  reread(id: string): Promise<Lock | null>
  /** The lock as it was when it had that `seen`; null when that was too long ago. */
  recall(id: string, seen: string): Lock | null
  plans: PlanStore
  now(): number
}

/** Prepares a release of exactly what the operator saw. Touches nothing. */
export async function makePlan(deps: PlanDeps, request: PlanRequest): Promise<Plan> {
  const [asked] = request.locks
  if (!asked) throw new Problem('invalid', 'A plan needs a lock.')
  const lock = await deps.reread(asked.id)
  if (!lock)
    throw new Problem('not_found', 'There is no such lock.', { hint: 'It may have ended meanwhile.' })
  if (lock.seen !== asked.seen) throw changed(deps.recall(asked.id, asked.seen), lock)
  return deps.plans.add(releaseOf(lock, deps.now()))
}

/** The plan for a lock as it is. */
export function releaseOf(lock: Lock, now: number): MadePlan {
  const [holder] = lock.holders
  if (lock.releaseBlocked !== null) throw new Problem('unsupported', lock.releaseBlocked)
  if (!holder) throw new Problem('unsupported', 'Nobody holds this lock: there is nothing to release.')
  const effects = plannedEffects(lock, holder)
  if (!effects.some(({ effect }) => effect === 'delete')) {
    throw new Problem('backend_unavailable', 'No node that has this hold gives an answer.', {
      hint: 'Bring a node back; the hold ends by itself when its TTL does.',
    })
  }
  const alive = liveness(holder, Date.parse(lock.observedAt), now)
  return {
    act: 'release',
    lock,
    holder,
    alive: alive === 'alive',
    effects,
    next: lock.waiters.known ? (lock.waiters.list[0] ?? null) : null,
    warnings: warnings(lock, holder, alive, effects),
    typeName: alive === 'silent' ? null : lock.name,
  }
}

export const changed = (was: Lock | null, is: Lock): Problem =>
  new Problem('changed', 'The lock is not what it was when you looked.', {
    hint: 'Nothing was touched. Compare then and now, and make a new plan if it still needs one.',
    ...(was ? { details: { was, is } } : {}),
  })
