import { type ApplyDeps, applyPlan } from '../admin/apply-plan.ts'
import { makePlan } from '../admin/make-plan.ts'
import { openOnce } from '../admin/once.ts'
import { openPlanStore } from '../admin/plan-store.ts'
import type { OpenBackend } from '../engines/roles.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Holder, Lock } from '../fleet/lock.ts'
import type { Applied } from '../fleet/plan.ts'
import { Problem } from '../fleet/problem.ts'
import type { KeyId } from '../fleet/sighting.ts'
import type { Service } from './service.ts'

export type Acts = Pick<Service, 'makePlan' | 'plan' | 'applyPlan'>

interface ActsDeps extends Omit<ApplyDeps, 'plans' | 'release' | 'onForced'> {
  backends: readonly OpenBackend[]
  /** The key in the store, from the watcher. */
  keyOf(id: string): KeyId | null
  onEvent(event: NewEvent): void
}

/** The acts with everything that they need. */
export function openActs(deps: ActsDeps): Acts {
  const plans = openPlanStore(deps.now)
  const once = openOnce<Applied>(deps.now)
  /** Asked before anything is planned, so that an act never stops here. */
  const keyOf = (id: string): KeyId => {
    const key = deps.keyOf(id)
    if (key) return key
    throw new Problem('not_found', 'There is no such lock.', { hint: 'It may have ended meanwhile.' })
  }
  const act: ApplyDeps = {
    ...deps,
    plans,
    release: async (node, lock, tokenDigest) => {
      const operator = deps.backends
        .find((backend) => backend.id === lock.backend)
        ?.operators.find((each) => each.voter === node)
      if (!operator) throw new Problem('unsupported', `Nothing can be written on ${node}.`)
      return operator.release(keyOf(lock.id), lock.dialect, tokenDigest)
    },
    onForced: (lock, holder) => deps.onEvent(forced(lock, holder, deps.now())),
  }
  return {
    makePlan: async (request) => {
      for (const { id } of request.locks) keyOf(id)
      return makePlan(act, request)
    },
    plan: async (id) => plans.get(id),
    applyPlan: (id, request, actor, key) =>
      once.run(`${actor} ${key}`, JSON.stringify([id, request.reason, request.confirm ?? null]), () =>
        applyPlan(act, id, request, actor),
      ),
  }
}

const forced = (lock: Lock, holder: Holder, now: number): NewEvent => ({
  at: new Date(now).toISOString(),
  kind: 'forced',
  backend: lock.backend,
  lock: lock.id,
  lockName: lock.name,
  node: null,
  tokenDigest: holder.tokenDigest,
  label: holder.label,
  fence: holder.fence,
  waiters: null,
})
