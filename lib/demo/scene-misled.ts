import type { Locks } from '../core/index.ts'
import { again, rest } from './chance.ts'
import type { Stage } from './stage.ts'

const TTL_MS = 12_000

/** Clients whose configuration names only some of the five voters: each believes in a majority of its own. */
export function misled(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const client = (service: string, host: string, voters: string[]) =>
    stage.misled(voters, { service, host, version: '0.9.0' })
  const pricing = client('pricing', 'shop-3', ['r1', 'r2'])
  const images = [client('images', 'cdn-1', ['r1', 'r2']), client('images', 'cdn-2', ['r3', 'r4'])]
  const feeds = client('feeds', 'shop-4', ['r1', 'r2', 'r3'])
  const hold = (locks: Locks, name: string) =>
    locks.using(name, { ttlMs: TTL_MS, signal }, () => rest(14_000, signal)).catch(() => {})
  return [
    again(signal, [18_000, 26_000], () => hold(pricing, 'catalog/prices')),
    again(signal, [22_000, 30_000], async () => {
      await Promise.all(images.map((locks) => hold(locks, 'catalog/images')))
    }),
    again(signal, [14_000, 20_000], () => hold(feeds, 'catalog/feed')),
  ]
}
