import { Etcd3 } from 'etcd3'
import { startEtcd } from '../../rig/etcd-cluster.ts'
import { describeConformance, type Probe } from '../conformance/index.ts'
import { createEtcdNode } from './driver.ts'

describeConformance('etcd', async () => {
  const cluster = await startEtcd(['a', 'b', 'c'])
  const raw = new Etcd3({ hosts: cluster.endpoints })
  const freeze = (count: number) => {
    for (const member of cluster.members.slice(0, count)) member.process.freeze()
  }
  return {
    ttlMs: 2_000,
    maxTtlMs: 30_000,
    connect: () => [createEtcdNode({ id: 'e', endpoints: cluster.endpoints })],
    probe: etcdProbe(raw),
    freeze: () => freeze(2),
    freezeMinority: () => freeze(1),
    resume: () => {
      for (const member of cluster.members) member.process.resume()
    },
    async close() {
      raw.close()
      await cluster.close()
    },
  }
})

function etcdProbe(raw: Etcd3): Probe {
  const prefix = (name: string) => `lockkeeper/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}/`
  const keys = (name: string) => raw.getAll().prefix(prefix(name)).sort('Create', 'Ascend').keys()
  return {
    async tokens(name) {
      const [first] = await keys(name)
      return first ? [first.slice(prefix(name).length)] : []
    },
    isClean: async (name) => (await keys(name)).length === 0,
    async destroy(name) {
      const [first] = await keys(name)
      if (first) await raw.delete().key(first)
    },
    async plant(name, ttlMs) {
      const owner = { service: 'dead', host: 'h', pid: 1, process: 'dead' }
      const value = JSON.stringify({ since: Date.now(), ttl: ttlMs, owner })
      const { ID } = await raw.leaseClient.leaseGrant({ TTL: Math.ceil(ttlMs / 1_000) })
      await raw
        .put(`${prefix(name)}${'d'.repeat(32)}`)
        .value(value)
        .lease(ID)
    },
  }
}
