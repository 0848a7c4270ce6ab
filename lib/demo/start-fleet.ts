import { isOnPath } from '../rig/find.ts'
import type { Fleet } from './fleet.ts'
import { startMemoryFleet } from './memory-fleet.ts'
import { startRealFleet } from './real-fleet.ts'

/** Real servers if their programs are on the PATH, else stores in this process. */
export function startFleet(path: string): Promise<Fleet> {
  const real = isOnPath('redis-server', path) && isOnPath('etcd', path)
  return real ? startRealFleet() : startMemoryFleet()
}
