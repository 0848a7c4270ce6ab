import { beforeEach, describe, expect, it } from 'vitest'
import type { NewAuditEntry } from '../fleet/audit.ts'
import type { Lock } from '../fleet/lock.ts'
import { changedSchema, type NodeOutcome } from '../fleet/plan.ts'
import { Problem } from '../fleet/problem.ts'
import { type ApplyDeps, applyPlan } from './apply-plan.ts'
import { makePlan } from './make-plan.ts'
import { openPlanStore, PLAN_TTL_MS } from './plan-store.ts'
import {
  emptyVote,
  freeLock,
  holderVote,
  SAMPLE_NOW,
  sampleHolder,
  sampleLock,
  silentVote,
} from './sample-lock.ts'

const DEAD = sampleHolder({ remainingMs: 1_000, lastRenewedAt: new Date(SAMPLE_NOW - 9_000).toISOString() })
const OTHER = sampleHolder({ tokenDigest: 'd2', label: 'mail@host-2' })
const dead = () => sampleLock({ holders: [DEAD] })
const REQUEST = { reason: 'it is stuck', confirm: 'orders/42' }

let now: number
let present: Lock | null
let diary: string[]
let written: NewAuditEntry[]
let deps: ApplyDeps

const freed = async (node: string): Promise<NodeOutcome> => {
  diary.push(`release ${node}`)
  return { node, outcome: 'freed', says: 'freed' }
}

beforeEach(() => {
  now = SAMPLE_NOW
  present = sampleLock()
  diary = []
  written = []
  const note = (what: string) => (first: string | NewAuditEntry, second?: NewAuditEntry) => {
    diary.push(what)
    const entry = second ?? first
    if (typeof entry === 'object') written.push(entry)
    return `${written.length}`
  }
  deps = {
    reread: async () => {
      diary.push('read')
      return present
    },
    recall: () => null,
    plans: openPlanStore(() => now),
    now: () => now,
    audit: { intent: note('intent'), outcome: note('outcome'), refused: note('refused') },
    release: freed,
    onForced: () => void diary.push('forced'),
    onTrouble: (error) => void diary.push(`trouble: ${error instanceof Error ? error.message : ''}`),
  }
})

const plan = async (lock: Lock = sampleLock()) => {
  present = lock
  const made = await makePlan(deps, { act: 'release', locks: [{ id: lock.id, seen: lock.seen }] })
  diary = []
  return made
}
const apply = (id: string, request: { reason: string; confirm?: string } = REQUEST) =>
  applyPlan(deps, id, request, 'ana')
const problem = async (work: Promise<unknown>): Promise<Problem> => {
  const error = await work.then(
    () => null,
    (each: unknown) => each,
  )
  if (error instanceof Problem) return error
  throw new Error(`expected a problem, got ${String(error)}`)
}

describe('making a plan', () => {
  it('says what happens on each node, and asks for the name of a live hold', async () => {
    const votes = [
      holderVote('n1'),
      holderVote('n2'),
      holderVote('n3', OTHER),
      emptyVote('n4'),
      silentVote('n5'),
    ]
    const made = await plan(sampleLock({ votes, quorum: { needed: 3, of: 5 } }))
    expect(made.effects.map(({ node, effect }) => `${node} ${effect}`)).toEqual([
      'n1 delete',
      'n2 delete',
      'n3 leave',
      'n4 leave',
      'n5 out-of-reach',
    ])
    expect(made).toMatchObject({ alive: true, typeName: 'orders/42', state: 'open' })
    expect(made.warnings.join(' ')).toContain('1 of 5 nodes give no answer')
  })

  it('asks for no name when the holder is silent', async () => {
    expect(await plan(dead())).toMatchObject({ alive: false, typeName: null })
  })

  it('asks for the name when it can not tell whether the holder is alive', async () => {
    const lasting = sampleHolder({ remainingMs: null, remainingIs: 'none', ttlMs: null, lastRenewedAt: null })
    const made = await plan(sampleLock({ holders: [lasting] }))
    expect(made).toMatchObject({ alive: false, typeName: 'orders/42' })
    expect(made.warnings.join(' ')).toContain('no TTL')
  })

  it('tells who is next, or that nobody can tell', async () => {
    const waiter = { label: 'mail@host-2', identity: null, tokenDigest: 'w', since: null }
    const known = await plan(sampleLock({ waiters: { known: true, count: 1, list: [waiter] } }))
    expect(known.next).toEqual(waiter)
    const unknown = await plan(sampleLock({ waiters: { known: false } }))
    expect(unknown.next).toBeNull()
    expect(unknown.warnings.join(' ')).toContain('leaves no trace of its waiters')
  })

  it('is refused when the lock is not what the operator saw, with then and now', async () => {
    const was = sampleLock()
    deps.recall = () => was
    present = freeLock()
    const refused = await problem(makePlan(deps, { act: 'release', locks: [{ id: was.id, seen: was.seen }] }))
    expect(refused.code).toBe('changed')
    expect(changedSchema.parse(refused.details)).toMatchObject({
      was: { state: 'held' },
      is: { state: 'free' },
    })
  })

  it('is refused when there is nothing to release, no way to, or nobody to ask', async () => {
    expect((await problem(plan(freeLock()))).code).toBe('unsupported')
    expect((await problem(plan(sampleLock({ releaseBlocked: 'not ours' })))).message).toBe('not ours')
    const silent = sampleLock({ votes: [silentVote('n1'), silentVote('n2'), emptyVote('n3')] })
    expect((await problem(plan(silent))).code).toBe('backend_unavailable')
    present = null
    const nowhere = makePlan(deps, { act: 'release', locks: [{ id: 'x', seen: 'y' }] })
    expect((await problem(nowhere)).code).toBe('not_found')
  })
})

describe('applying a plan', () => {
  it('writes the intent before it touches a store, and the outcome after', async () => {
    const { id } = await plan()
    const applied = await apply(id)
    expect(diary).toEqual([
      'read',
      'intent',
      'release n1',
      'release n2',
      'release n3',
      'outcome',
      'forced',
      'read',
    ])
    expect(applied).toMatchObject({ plan: id, audit: '1', result: 'freed' })
    expect(written[0]).toMatchObject({ actor: 'ana', reason: 'it is stuck', tokenDigest: 'd1', result: null })
    expect(written[1]).toMatchObject({ result: 'freed', nodes: applied.nodes })
  })

  it('touches only nodes on which that hold is seen now', async () => {
    const { id } = await plan(sampleLock({ votes: [holderVote('n1'), holderVote('n2'), silentVote('n3')] }))
    const applied = await apply(id)
    expect(diary.filter((each) => each.startsWith('release'))).toEqual(['release n1', 'release n2'])
    expect(applied.nodes[2]).toMatchObject({ node: 'n3', outcome: 'unreachable' })
  })

  it('touches nothing when the intent can not be written', async () => {
    const { id } = await plan()
    const working = deps.audit.intent
    deps.audit.intent = () => {
      throw new Error('disk full')
    }
    expect((await problem(apply(id))).code).toBe('audit_unavailable')
    expect(diary).toEqual(['read', 'trouble: disk full'])
    deps.audit.intent = working
    expect((await apply(id)).result).toBe('freed')
  })

  it('refuses a wrong name without reading, and writes that down', async () => {
    const { id } = await plan()
    for (const confirm of ['orders/4', 'Orders/42', ' orders/42', undefined]) {
      const asked = { reason: 'it is stuck', ...(confirm === undefined ? {} : { confirm }) }
      expect((await problem(apply(id, asked))).code).toBe('name_mismatch')
    }
    expect(diary).toEqual(['refused', 'refused', 'refused', 'refused'])
    expect(written[0]).toMatchObject({ result: 'name_mismatch' })
    expect((await apply(id)).result).toBe('freed')
  })

  it('refuses when another holder is there, with then and now, and writes that down', async () => {
    const { id } = await plan()
    present = sampleLock({
      holders: [OTHER],
      votes: ['n1', 'n2', 'n3'].map((node) => holderVote(node, OTHER)),
    })
    const refused = await problem(apply(id))
    expect(refused.code).toBe('changed')
    const { was, is } = changedSchema.parse(refused.details)
    expect([was.holders[0]?.label, is.holders[0]?.label]).toEqual(['billing@host-1', 'mail@host-2'])
    expect(diary).toEqual(['read', 'refused'])
  })

  it('refuses when the lock is nowhere any more', async () => {
    const { id } = await plan()
    present = null
    const refused = await problem(apply(id))
    expect(changedSchema.parse(refused.details).is).toMatchObject({ state: 'free', holders: [] })
    expect(diary).toEqual(['read', 'refused'])
  })

  it('refuses when a silent holder came alive meanwhile', async () => {
    const { id } = await plan(dead())
    present = sampleLock()
    expect((await problem(apply(id, { reason: 'it is stuck' }))).code).toBe('changed')
    expect(diary).toEqual(['read', 'refused'])
  })

  it('needs no name for a holder that still is silent', async () => {
    const { id } = await plan(dead())
    expect((await apply(id, { reason: 'it is stuck' })).result).toBe('freed')
  })

  it('applies a plan once and not after its minute', async () => {
    const first = await plan()
    await apply(first.id)
    expect((await problem(apply(first.id))).code).toBe('plan_used')
    const second = await plan()
    now += PLAN_TTL_MS
    expect((await problem(apply(second.id))).code).toBe('plan_expired')
    expect((await problem(apply('no-such-plan'))).code).toBe('not_found')
  })

  it('applies a plan once when it is asked to twice at the same time', async () => {
    const { id } = await plan()
    const results = await Promise.allSettled([apply(id), apply(id)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(diary.filter((each) => each === 'release n1')).toHaveLength(1)
  })

  it('answers what it knows when a node fails in the middle, and never says it did nothing', async () => {
    const { id } = await plan()
    deps.release = async (node) => {
      if (node !== 'n1') throw new Error('cut off')
      return freed(node)
    }
    const applied = await apply(id)
    expect(applied.result).toBe('unknown')
    expect(applied.nodes.map((each) => each.outcome)).toEqual(['freed', 'unknown', 'unknown'])
  })

  it('answers even if neither the outcome can be written nor the lock be read again', async () => {
    const { id } = await plan()
    deps.audit.outcome = () => {
      throw new Error('disk full')
    }
    deps.onForced = () => {
      present = null
      deps.reread = () => Promise.reject(new Error('gone'))
    }
    expect((await apply(id)).result).toBe('freed')
    expect(diary.filter((each) => each.startsWith('trouble'))).toEqual([
      'trouble: disk full',
      'trouble: gone',
    ])
  })
})
