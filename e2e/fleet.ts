import { randomBytes } from 'node:crypto'
import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import { Redis } from 'ioredis'
import { createLocks } from '../lib/core/index.ts'
import { openLockNodes } from '../lib/engines/registry.ts'
import { backendSpecSchema } from '../lib/engines/spec.ts'
import { type FleetBackend, nodesPageSchema } from '../lib/fleet/node.ts'
import { pathOfLock } from './pages.ts'

async function findBackend(request: APIRequestContext, id: string): Promise<FleetBackend> {
  const page = nodesPageSchema.parse(await (await request.get('/api/v1/nodes')).json())
  const backend = page.backends.find((each) => each.id === id)
  if (!backend) throw new Error(`the demo fleet has no backend ${id}`)
  return backend
}

const votersOf = (backend: FleetBackend): string[] =>
  backend.nodes.filter((node) => node.votes).map((node) => `redis://${node.address}`)

/** Takes a lock on the demo fleet through the core library, as a service beside the console would. */
export async function takeLock(
  request: APIRequestContext,
  backendId: 'payments' | 'jobs',
  name: string,
  { service, ttlMs, autoRenew = true }: { service: string; ttlMs: number; autoRenew?: boolean },
): Promise<{ release(): Promise<void>; lost(): Promise<Error> }> {
  const urls = votersOf(await findBackend(request, backendId))
  const spec = backendSpecSchema.parse(
    urls.length > 1
      ? { id: backendId, kind: 'redlock', nodes: urls, maxTtlMs: 15_000 }
      : { id: backendId, kind: 'redis', url: urls[0], maxTtlMs: 60_000 },
  )
  const opened = openLockNodes(spec)
  const locks = createLocks({ backend: opened.backend, owner: { service } })
  const hold = await locks.acquire(name, { ttlMs, autoRenew, waitMs: 10_000 })
  return {
    async release() {
      await hold.release()
      await locks.close()
      await opened.close()
    },
    async lost() {
      if (!hold.signal.aborted) await new Promise((resolve) => hold.signal.addEventListener('abort', resolve))
      await locks.close()
      await opened.close()
      return hold.signal.reason as Error
    },
  }
}

/** Raw connections to the nodes of a backend: what a foreign client, or a bug, does to them. */
export async function connectTo(request: APIRequestContext, backendId: string): Promise<Redis[]> {
  return votersOf(await findBackend(request, backendId)).map((url) => new Redis(url))
}

export const newToken = (): string => randomBytes(16).toString('hex')

/** Takes a lock the way npm's redlock does: the same value under the same key on every node. */
export async function takeLikeRedlock(
  nodes: Redis[],
  key: string,
  token: string,
  ttlMs: number,
): Promise<void> {
  await Promise.all(nodes.map((node) => node.set(key, token, 'PX', ttlMs)))
}

export async function drop(nodes: Redis[], keys: string[]): Promise<void> {
  await Promise.all(
    nodes.map(async (node) => {
      await node.del(...keys)
      node.disconnect()
    }),
  )
}

/** Opens the page of a lock and the plan of its release. */
export async function planRelease(page: Page, name: string): Promise<Locator> {
  await page.goto(await pathOfLock(page.request, name))
  await page
    .getByRole('button', { name: /release/i })
    .first()
    .click()
  const plan = page.getByRole('dialog')
  await expect(plan).toContainText('What will be written')
  return plan
}
