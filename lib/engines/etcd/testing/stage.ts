import { Etcd3 } from 'etcd3'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Ask, Renewal } from '../../../core/node.ts'
import { type EtcdCluster, startEtcd } from '../../../rig/etcd-cluster.ts'
import { createEtcdNode, type EtcdNode } from '../driver.ts'

/** Real members, a client of its own to look at them, and nodes that are closed after each test. */
export interface Stage {
  readonly cluster: EtcdCluster
  readonly raw: Etcd3
  open(endpoints?: readonly string[]): EtcdNode
  /** Keys of entries, in the order of the queue. */
  entries(name: string): Promise<string[]>
  /** Everything of ours that is left in the store. */
  everything(): Promise<string[]>
}

export function stageOf(members: string[], args: readonly string[] = []): Stage {
  const nodes: EtcdNode[] = []
  let cluster: EtcdCluster
  let raw: Etcd3
  beforeAll(async () => {
    cluster = await startEtcd(members, args)
    raw = new Etcd3({ hosts: cluster.endpoints })
  }, 60_000)
  afterEach(async () => {
    for (const member of cluster.members) member.process.resume()
    await Promise.all(nodes.splice(0).map((node) => node.close()))
  })
  afterAll(async () => {
    raw.close()
    await cluster.close()
  }, 60_000)
  return {
    get cluster() {
      return cluster
    },
    get raw() {
      return raw
    },
    open(endpoints = cluster.endpoints) {
      const node = createEtcdNode({ id: 'e', endpoints })
      nodes.push(node)
      return node
    },
    entries: (name) => raw.getAll().prefix(`lockkeeper/${name}/`).sort('Create', 'Ascend').keys(),
    everything: () => raw.getAll().prefix('lockkeeper').keys(),
  }
}

let tokens = 0

/** A mutex asked for by somebody who does not wait, unless it says more. */
export function ask(name: string, more: Partial<Ask> = {}): Ask {
  tokens += 1
  return {
    name,
    token: tokens.toString(16).padStart(8, '0').padEnd(32, 'f'),
    ttlMs: 5_000,
    owner: { service: 'test', host: 'h', pid: 1, process: 'p1' },
    alone: true,
    withinMs: 2_000,
    permits: 1,
    slot: null,
    proposal: null,
    heartbeatMs: null,
    minReplicas: 0,
    ...more,
  }
}

export const waiting = (name: string, more: Partial<Ask> = {}): Ask =>
  ask(name, { heartbeatMs: 3_000, ...more })

/** What is renewed or released of an ask. */
export const held = ({ name, token, ttlMs, permits, slot, owner }: Ask): Renewal => ({
  ...{ name, token, ttlMs, permits, slot },
  process: owner.process,
  raiseTo: null,
})

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Until it is so; the time-out of the test says when it never is. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(30)
}
