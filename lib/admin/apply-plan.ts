import type { NewAuditEntry } from '../fleet/audit.ts'
import type { Holder, Lock } from '../fleet/lock.ts'
import type { Applied, ApplyRequest, NodeOutcome, Plan, PlannedEffect } from '../fleet/plan.ts'
import { Problem } from '../fleet/problem.ts'
import { changed, type PlanDeps, releaseOf } from './make-plan.ts'
import { outcome } from './outcome.ts'

/** Where acts are written down. What a method wrote is on the disk when it returns; when it can't be, it throws. */
interface Audit {
  intent(entry: NewAuditEntry): string
  outcome(of: string, entry: NewAuditEntry): string
  refused(entry: NewAuditEntry): string
}

export interface ApplyDeps extends PlanDeps {
  audit: Audit
  /** Deletes the hold with that digest on one node, if it still is there. */
  release(node: string, lock: Lock, tokenDigest: string): Promise<NodeOutcome>
  /** The hold was taken from its holder on at least one node. */
  onForced(lock: Lock, holder: Holder): void
  /** Something went wrong that the operator can do nothing about. */
  onTrouble(error: unknown): void
}

interface Act {
  plan: Plan
  holder: Holder
  request: ApplyRequest
  actor: string
}

/**
 * Applies a plan if the lock still is what the plan showed. The order is the guarantee: friction, then the intent on the
 * disk, then the stores, then the outcome. Once a store was touched this answers and never throws.
 */
export async function applyPlan(
  deps: ApplyDeps,
  id: string,
  request: ApplyRequest,
  actor: string,
): Promise<Applied> {
  const { plan, giveBack } = deps.plans.claim(id)
  try {
    if (!plan.holder) throw new Problem('unsupported', 'Nobody held this lock: there is nothing to release.')
    const act: Act = { plan, holder: plan.holder, request, actor }
    await refuseWrongName(deps, act)
    const effects = await refuseChanged(deps, act)
    const intent = writeIntent(deps, act, effects)
    return await carryOut(deps, act, effects, intent)
  } catch (error) {
    giveBack()
    throw error
  }
}

async function refuseWrongName(deps: ApplyDeps, act: Act): Promise<void> {
  const { typeName } = act.plan
  if (typeName === null || act.request.confirm === typeName) return
  throw refuse(
    deps,
    act,
    new Problem('name_mismatch', 'The name that was typed is not the name of the lock.', {
      hint: 'Type it exactly as it is shown, escapes included.',
    }),
  )
}

/** Friction is computed again from what is there now; a holder that came alive meanwhile is a change, too. */
async function refuseChanged(deps: ApplyDeps, act: Act): Promise<PlannedEffect[]> {
  const { plan, holder } = act
  const was = plan.lock
  const is = (await deps.reread(was.id)) ?? gone(was, deps.now())
  if (is.seen !== was.seen) throw refuse(deps, act, changed(was, is))
  const now = releaseOf(is, deps.now())
  if (now.holder?.tokenDigest !== holder.tokenDigest) throw refuse(deps, act, changed(was, is))
  if (now.typeName !== null && plan.typeName === null) throw refuse(deps, act, changed(was, is))
  return now.effects
}

/** It is nowhere any more, and nothing is known of it. */
const gone = (was: Lock, now: number): Lock => ({
  ...was,
  state: 'free',
  holders: [],
  waiters: { known: false },
  votes: was.votes.map(({ node }) => ({ node, vote: 'empty', ageMs: 0, latencyMs: null })),
  verdicts: [],
  seen: '',
  observedAt: new Date(now).toISOString(),
})

function refuse(deps: ApplyDeps, act: Act, problem: Problem): Problem {
  try {
    deps.audit.refused(entry(act, { says: problem.message, result: problem.code }))
  } catch (error) {
    deps.onTrouble(error)
  }
  return problem
}

function writeIntent(deps: ApplyDeps, act: Act, effects: readonly PlannedEffect[]): string {
  const nodes = effects.filter(({ effect }) => effect === 'delete').map(({ node }) => node)
  try {
    return deps.audit.intent(entry(act, { says: `Release it on ${nodes.join(', ')}.`, result: null }))
  } catch (error) {
    deps.onTrouble(error)
    throw new Problem('audit_unavailable', 'The audit can not be written, so nothing was touched.', {
      hint: 'See that the disk of the store has room and can be written, then try again.',
    })
  }
}

async function carryOut(
  deps: ApplyDeps,
  act: Act,
  effects: readonly PlannedEffect[],
  intent: string,
): Promise<Applied> {
  const { plan, holder } = act
  const results = await Promise.all(
    effects.map(async (planned) => ({
      planned: planned.effect,
      came: await actOn(deps, plan.lock, planned),
    })),
  )
  const nodes = results.map(({ came }) => came)
  const { result, says } = outcome(plan.lock, results)
  quietly(deps, () => deps.audit.outcome(intent, entry(act, { says, result, nodes })))
  if (nodes.some((node) => node.outcome === 'freed')) quietly(deps, () => deps.onForced(plan.lock, holder))
  await deps.reread(plan.lock.id).catch(deps.onTrouble)
  return { plan: plan.id, audit: intent, result, says, nodes }
}

async function actOn(deps: ApplyDeps, lock: Lock, planned: PlannedEffect): Promise<NodeOutcome> {
  const { node, effect, tokenDigest, says } = planned
  if (effect === 'out-of-reach') return { node, outcome: 'unreachable', says }
  if (effect === 'leave' || tokenDigest === null) return { node, outcome: 'left', says }
  try {
    return await deps.release(node, lock, tokenDigest)
  } catch (error) {
    deps.onTrouble(error)
    return { node, outcome: 'unknown', says: 'it is not known whether it was freed' }
  }
}

function quietly(deps: ApplyDeps, work: () => unknown): void {
  try {
    work()
  } catch (error) {
    deps.onTrouble(error)
  }
}

const entry = (
  act: Act,
  more: Pick<NewAuditEntry, 'says' | 'result'> & { nodes?: NodeOutcome[] },
): NewAuditEntry => ({
  actor: act.actor,
  act: act.plan.act,
  plan: act.plan.id,
  backend: act.plan.lock.backend,
  lock: act.plan.lock.id,
  lockName: act.plan.lock.name,
  reason: act.request.reason,
  holder: act.holder.label,
  tokenDigest: act.holder.tokenDigest,
  nodes: [],
  ...more,
})
