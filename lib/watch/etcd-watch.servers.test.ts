import { Etcd3 } from 'etcd3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { entryKey } from '../engines/etcd/layout.ts'
import { type EtcdCluster, startEtcd } from '../rig/etcd-cluster.ts'
import { newToken, startWatching, testDigest, until, type Watching } from './test-watching.ts'

describe('a watch on an etcd cluster', () => {
  let cluster: EtcdCluster
  let client: Etcd3
  let watching: Watching

  beforeAll(async () => {
    cluster = await startEtcd(['m1', 'm2', 'm3'])
    client = new Etcd3({ hosts: cluster.endpoints })
  })
  afterAll(async () => {
    client.close()
    // Nothing of it is needed any more, and an etcd that is asked to end takes its time.
    await Promise.all(cluster.members.map((member) => member.process.kill()))
    await cluster.close()
  })
  beforeEach(async () => {
    watching = await startWatching({
      id: 'infra',
      kind: 'etcd',
      endpoints: cluster.endpoints,
    })
    await until('the first sweep', () => watching.watch.backends()[0]?.sweptAt)
    await until('all members', () => watching.watch.backends()[0]?.quorum.answering === 3)
  })
  afterEach(async () => {
    await watching.close()
    for (const member of cluster.members) {
      if (!member.process.running) await member.restart()
      member.process.resume()
    }
    await until('an answer', () => true)
    await client.delete().all()
  })

  const put = async (name: string, token: string, service: string) => {
    const lease = client.lease(30)
    const owner = { service, host: 'web-1', pid: 1, process: service }
    await lease.put(entryKey(name, token)).value(JSON.stringify({ since: Date.now(), ttl: 30_000, owner }))
    return lease
  }
  /** Through one member that answers, as often as an election needs. */
  const putBy = async (endpoint: string, name: string) => {
    const member = new Etcd3({ hosts: endpoint })
    const key = Buffer.from(entryKey(name, newToken()))
    for (let isDone = false; !isDone; ) {
      isDone = await member.kv
        .put({ key, value: Buffer.from('{}') }, { deadline: Date.now() + 1_000 })
        .then(() => true)
        .catch(() => false)
    }
    member.close()
  }
  const waiters = (name: string): string[] => {
    const queue = watching.lock(name)?.waiters
    return queue?.known ? queue.list.map(({ label }) => label) : []
  }

  it('shows locks of ours with their names, owners and fences', async () => {
    const token = newToken()
    const lease = await put('orders/42', token, 'billing')
    await put('orders/42', newToken(), 'mailer')
    await put('orders', newToken(), 'other')
    const lock = await until('the queue', () =>
      waiters('orders/42').length === 1 ? watching.lock('orders/42') : null,
    )
    expect(lock).toMatchObject({
      dialect: 'lockkeeper',
      state: 'held',
      releaseBlocked: null,
      holders: [{ label: 'billing@web-1', tokenDigest: testDigest(token), ttlMs: 30_000 }],
      waiters: { list: [{ label: 'mailer@web-1' }] },
    })
    expect(JSON.stringify([lock, watching.events])).not.toContain(token)
    await until('the other name', () => watching.lock('orders'))
    expect(waiters('orders')).toEqual([])
    await lease.revoke()
    await until('the next in line', () => watching.lock('orders/42')?.holders[0]?.label === 'mailer@web-1')
    expect(watching.kinds('orders/42')).toEqual([
      'granted',
      'waiting',
      expect.stringMatching(/released|ended/),
      'granted',
    ])
  })

  it('goes on with another member when the one it listens to is stopped', async () => {
    await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
    // The first one is the one that it listens to.
    const [first, second] = cluster.members
    first?.process.freeze()
    await putBy(second?.endpoint ?? '', 'while')
    await until('a lock taken meanwhile', () => watching.lock('while')?.state === 'held')
    await until('its silence', () => watching.node('m1')?.state === 'no-answer')
    first?.process.resume()
    await until('its answer', () => watching.node('m1')?.state === 'answers')
  }, 60_000)

  it('says unknown when the cluster has lost its majority', async () => {
    await put('precious', newToken(), 'billing')
    await until('the lock', () => watching.lock('precious')?.state === 'held')
    await cluster.members[0]?.process.kill()
    await cluster.members[1]?.process.kill()
    const lock = await until('unknown', () =>
      watching.lock('precious')?.state === 'unknown' ? watching.lock('precious') : null,
    )
    expect(lock.holders).toMatchObject([{ label: 'billing@web-1' }])
    expect(watching.watch.backends()[0]).toMatchObject({ canLose: 0, quorum: { needed: 2, of: 3 } })
    await Promise.all(cluster.members.slice(0, 2).map((member) => member.restart()))
    await until('held again', () => watching.lock('precious')?.state === 'held', 20_000)
    expect(watching.kinds('precious')).toEqual(['granted'])
  }, 60_000)

  it('keeps what it knows while the cluster elects another leader', async () => {
    await put('through', newToken(), 'billing')
    await until('the lock', () => watching.lock('through')?.state === 'held')
    const at = cluster.members.findIndex((_, index) => watching.node(`m${index + 1}`)?.role === 'leader')
    const leader = await until('a leader', () => cluster.members[at])
    await leader.process.kill()
    await until('another leader', () =>
      cluster.members.some((_, index) => index !== at && watching.node(`m${index + 1}`)?.role === 'leader'),
    )
    await until('the change of term', () =>
      cluster.members.some((_, index) => watching.node(`m${index + 1}`)?.termSince),
    )
    await put('after', newToken(), 'mailer')
    await until('a lock taken since', () => watching.lock('after')?.state === 'held')
    await until('what was held before', () => watching.lock('through')?.state === 'held')
    expect(watching.kinds('through')).toEqual(['granted'])
  }, 60_000)

  it('tells who leads and in which term', async () => {
    const roles = await until('roles', () => {
      const nodes = watching.watch.backends()[0]?.nodes ?? []
      return nodes.every(({ role }) => role) ? nodes.map(({ role }) => role) : null
    })
    expect(roles.filter((role) => role === 'leader')).toHaveLength(1)
    expect(watching.node('m1')).toMatchObject({ votes: false, term: expect.stringMatching(/^\d+$/) })
  })
})
