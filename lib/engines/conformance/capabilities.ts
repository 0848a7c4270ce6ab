import { expect } from 'vitest'
import type { Ask, Message } from '../../core/index.ts'
import { type Stage, until, untilClean } from './stage.ts'
import type { StagedTest } from './staged.ts'

/** What other checks don't see of a declaration; the rest of it is where the behaviour is checked. */
export function checkCapabilities(test: StagedTest): void {
  test('all nodes of a backend can the same', async ({ stage }) => {
    for (const node of stage.nodes()) expect(node.capabilities).toEqual(stage.capabilities)
  })

  test('a TTL is kept in steps as long as declared, and rounded up', async ({ stage }) => {
    const { subject, capabilities } = stage
    const name = stage.name()
    const [node] = stage.nodes()
    const ttlMs = subject.ttlMs + 1
    await node?.attempt([askOf(stage, name, { ttlMs })])
    const kept = await subject.probe.remainingMs(name)
    const steps = Math.ceil(ttlMs / capabilities.ttlStepMs) * capabilities.ttlStepMs
    expect(kept.length).toBe(1)
    for (const ms of kept) expect(ms).toBeLessThanOrEqual(steps + capabilities.ttlStepMs)
    if (capabilities.ttlIsMinimum) expect(steps).toBeGreaterThanOrEqual(ttlMs)
  })

  test('a lone node hands over in one step if it says so, and else only wakes the next one', async ({
    stage,
  }) => {
    if (!stage.alone) return expectOnlyWakes(stage)
    const { subject, capabilities } = stage
    const name = stage.name()
    const [holder, waiter] = [...stage.nodes(), ...stage.nodes()]
    if (!holder || !waiter) throw new Error('a backend has a node')
    const heard: Message[] = []
    await waiter.listen('waiting-process', (message) => heard.push(message))
    const first = askOf(stage, name, { process: 'holding-process' })
    const second = askOf(stage, name, { process: 'waiting-process', heartbeatMs: 10_000 })
    expect(await holder.attempt([first])).toMatchObject([{ outcome: 'granted' }])
    expect(await waiter.attempt([second])).toMatchObject([{ outcome: 'refused', why: 'held', place: 0 }])
    expect(await holder.release([holdOf(first)])).toMatchObject([{ outcome: 'granted' }])
    await until(() => heard.length > 0)
    const ticket = second.token.slice(0, 16)
    if (capabilities.handsOver) {
      expect(heard[0]).toMatchObject({ kind: 'handed', name, ticket })
      expect(await subject.probe.tokens(name)).toEqual([second.token])
    } else {
      expect(heard[0]).toMatchObject({ kind: 'wake', name })
      expect(await waiter.attempt([second])).toMatchObject([{ outcome: 'granted' }])
    }
    expect(JSON.stringify(heard)).not.toContain(second.token)
    await waiter.release([holdOf(second)])
    await untilClean(stage, name)
  })

  test('what a node can not do, it says, and it says what to do instead', async ({ stage }) => {
    const [node] = stage.nodes()
    const name = stage.name()
    const owner = ownerOf('waiting-process')
    const wait = { name, ticket: tokenOf(), heartbeatMs: 10_000, owner, permits: 1 }
    const [answer] = (await node?.queue([wait])) ?? []
    // A node that keeps its own queue has no use for the one of a voter; one that can be both has it.
    if (answer?.outcome === 'unknown')
      expect(answer).toMatchObject({ unsupported: true, maybeDone: false, hint: expect.stringMatching(/\w/) })
    else expect(answer).toMatchObject({ outcome: 'granted' })
    if (!stage.alone) expect(answer?.outcome).toBe('granted')
    await node?.leave([wait])
    await untilClean(stage, name)
  })
}

/** The queue of a voter only advises: who is first in it hears that it should ask, and holds nothing yet. */
async function expectOnlyWakes(stage: Stage): Promise<void> {
  const { subject } = stage
  const name = stage.name()
  const [holder] = stage.nodes()
  const [waiter] = stage.nodes()
  if (!holder || !waiter) throw new Error('a backend has a node')
  const heard: Message[] = []
  await waiter.listen('waiting-process', (message) => heard.push(message))
  const first = askOf(stage, name, { process: 'holding-process' })
  const owner = ownerOf('waiting-process')
  const wait = { name, ticket: tokenOf(), heartbeatMs: 10_000, owner, permits: 1 }
  expect(await holder.attempt([first])).toMatchObject([{ outcome: 'granted' }])
  expect(await waiter.queue([wait])).toMatchObject([{ outcome: 'refused', why: 'held', place: 0 }])
  expect(await holder.release([holdOf(first)])).toMatchObject([{ outcome: 'granted' }])
  await until(() => heard.length > 0)
  expect(heard).toMatchObject([{ kind: 'wake', name }])
  expect(await subject.probe.tokens(name)).toEqual([])
  await waiter.leave([wait])
  await untilClean(stage, name)
}

let tokens = 0

const tokenOf = (): string => {
  tokens += 1
  return tokens.toString(16).padStart(32, 'a')
}

const ownerOf = (process: string): Ask['owner'] => ({ service: process, host: 'h', pid: 1, process })

function askOf(
  { alone, subject }: Stage,
  name: string,
  { process = 'some-process', heartbeatMs = null as number | null, ttlMs = subject.maxTtlMs },
): Ask {
  return {
    name,
    token: tokenOf(),
    ttlMs,
    owner: ownerOf(process),
    alone,
    withinMs: 5_000,
    permits: 1,
    slot: null,
    proposal: alone ? null : '1',
    heartbeatMs,
    minReplicas: 0,
  }
}

const holdOf = ({ name, token, ttlMs, permits, slot, owner }: Ask) => ({
  name,
  token,
  ttlMs,
  permits,
  slot,
  process: owner.process,
})
