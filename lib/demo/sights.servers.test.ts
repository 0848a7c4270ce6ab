import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import type { OpenBackend } from '../engines/roles.ts'
import type { Lock } from '../fleet/lock.ts'
import { contended, deadlocksIn } from '../fleet/test-waits.ts'
import { judge } from '../fleet/verdicts/index.ts'
import { openStore, type Store } from '../history/store.ts'
import { withoutThread } from '../history/test-thread.ts'
import { createWatch } from '../watch/create-watch.ts'
import { testDigest } from '../watch/test-watching.ts'
import type { Watch } from '../watch/watch.ts'
import { ENDLESS, FOREIGN_SIGHTS, GHOST_SIGHTS, OWN_SIGHTS, type Sight } from './sights.ts'
import { type Demo, startDemo } from './start-demo.ts'

const SERVERS = ['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter)
/** Many more than it takes to show what is usual. */
const MANY_HOLDS = 20
const A_MINUTE_LATER = 70_000

let dir: string
let demo: Demo
let watch: Watch
let store: Store
let opened: OpenBackend[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-sights-'))
})
afterEach(async () => {
  await watch.close()
  await Promise.all(opened.map((backend) => backend.close()))
  await store.close()
  await demo.close()
  rmSync(dir, { recursive: true })
}, 30_000)

/** A demo as the console looks at it. */
async function visit(path: string): Promise<void> {
  demo = await startDemo({ path })
  store = openStore(join(dir, 'demo.db'), { now: Date.now, onTrouble: () => {} }, withoutThread)
  const backends = await Promise.all(
    demo.specs.map(async (spec) => ({
      open: await openBackend(spec, { digest: testDigest }),
      ...{ kind: spec.kind, environment: 'demo', demo: true },
    })),
  )
  opened = backends.map(({ open }) => open)
  watch = createWatch(backends)
  watch.onChange(({ events }) => void store.history.append(events))
}

/** Judged with what its history and the whole fleet tell. */
function* locks(): Iterable<Lock> {
  const deadlocks = deadlocksIn(contended(watch.locks))
  const context = {
    usualOf: ({ id }: Lock) => store.history.usualOf(id),
    deadlockOf: (id: string) => deadlocks.get(id) ?? null,
  }
  for (const { id } of watch.locks.briefs()) {
    const lock = watch.locks.get(id)
    if (lock) yield { ...lock, verdicts: judge(lock, Date.now(), context) }
  }
}

const isOf = (lock: Lock, { backend, name }: Sight) => lock.backend === backend && lock.name.startsWith(name)

const shows = (lock: Lock, sight: Sight): boolean =>
  isOf(lock, sight) &&
  (sight.state === undefined || lock.state === sight.state) &&
  (sight.dialect === undefined || lock.dialect === sight.dialect) &&
  (sight.verdict === undefined || lock.verdicts.some(({ id }) => id === sight.verdict))

/** Resolves when each of them was there, at whatever time. */
async function met(sights: readonly Sight[], withinMs: number): Promise<string[]> {
  const left = new Set(sights)
  const deadline = performance.now() + withinMs
  while (left.size > 0 && performance.now() < deadline) {
    for (const lock of locks()) {
      for (const sight of left) if (shows(lock, sight)) left.delete(sight)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return [...left].map(({ what, name }) => `${what}: ${name}`)
}

test('a visitor meets every state, verdict and library that the demo promises', async () => {
  await visit(SERVERS)
  expect(demo.servers).toBe('real')
  expect(await met([...OWN_SIGHTS, ...GHOST_SIGHTS, ...FOREIGN_SIGHTS], 40_000)).toEqual([])
  await endsImmortal()
  for (const node of ['r1', 'r2', 'r3']) await demo.act({ act: 'kill', node })
  const unknown = {
    what: 'no majority',
    backend: 'payments',
    name: 'lock:catalog/import',
    state: 'unknown',
  } as const
  expect(await met([unknown, { ...unknown, name: 'refunds/batch/7' }], 15_000)).toEqual([])
}, 120_000)

test('in memory there is as much to see of our own locks', async () => {
  await visit('')
  expect(demo.servers).toBe('memory')
  expect(await met(OWN_SIGHTS.filter(isSoon), 40_000)).toEqual([])
  await expect.poll(isRecorded, { timeout: 15_000, interval: 300 }).toBe(true)
}, 90_000)

/** Whether the history tells the same of now as the watch: who holds what, and how many wait. */
async function isRecorded(): Promise<boolean> {
  const at = Date.now()
  const standing = ({ id, holders, waiters, state }: Lock) =>
    `${id} ${state} ${holders.map(({ label }) => label).sort()} ${waiters.known ? waiters.count : null}`
  const now = [...locks()].filter(({ state }) => state === 'held' || state === 'frozen').map(standing)
  const told = (await store.history.stateAt(at)).locks.map(
    ({ lock, state, holders, waiters }) =>
      `${lock} ${state} ${holders.map(({ label }) => label).sort()} ${waiters}`,
  )
  return now.length > 5 && now.every((line) => told.includes(line))
}

/** Who waits or is silent for long is no other in memory. */
const isSoon = ({ verdict }: Sight): boolean => verdict !== 'hot' && verdict !== 'holder-silent'

/** Waiting for more than a minute would show no more: everything but the time is there. */
async function endsImmortal(): Promise<void> {
  const find = () => [...locks()].find((lock) => isOf(lock, ENDLESS) && (lock.holders[0]?.renewals ?? 0) >= 3)
  await expect.poll(find, { timeout: 40_000, interval: 200 }).toBeTruthy()
  const lock = find() as Lock
  const { holds } = await store.history.usual(lock.id)
  expect(holds?.count).toBeGreaterThanOrEqual(MANY_HOLDS)
  const usual = { holdP99Ms: holds?.p99Ms ?? Number.NaN, count: holds?.count ?? 0 }
  const later = judge(lock, Date.now() + A_MINUTE_LATER, { usualOf: () => usual })
  expect(later.map(({ id }) => id)).toContain(ENDLESS.verdict)
}
