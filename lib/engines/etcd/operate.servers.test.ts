import { createHmac, randomBytes } from 'node:crypto'
import { Etcd3 } from 'etcd3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EtcdCluster, startEtcd } from '../../rig/etcd-cluster.ts'
import { toKeyId } from '../key-id.ts'
import { entryKey, queuePrefix } from './layout.ts'
import { type Members, openMembers } from './members.ts'
import { operateEtcd } from './operate.ts'

const digest = (token: Uint8Array | string) => createHmac('sha256', 'k').update(token).digest('hex')
const token = () => randomBytes(16).toString('hex')
const id = (name: string) => toKeyId(Buffer.from(queuePrefix(name)))

describe('releasing what was seen on etcd', () => {
  let cluster: EtcdCluster
  let client: Etcd3
  let members: Members

  beforeAll(async () => {
    cluster = await startEtcd(['m1'])
    client = new Etcd3({ hosts: cluster.endpoints })
    members = openMembers(cluster.endpoints.map((url) => ({ name: 'm1', url })))
  })
  afterAll(async () => {
    client.close()
    members.close()
    await cluster.close()
  })

  it('deletes the key of the holder that was seen, and no other', async () => {
    const operator = operateEtcd({ voter: 'cluster', members, digest })
    const [holder, waiter] = [token(), token()]
    await client.put(entryKey('a/b', holder)).value('{}')
    await client.put(entryKey('a/b', waiter)).value('{}')
    await client.put(entryKey('a/b/c', token())).value('{}')
    expect(await operator.release(id('a/b'), 'lockkeeper', digest(waiter))).toMatchObject({
      outcome: 'other-holder',
    })
    expect(await client.getAll().prefix(queuePrefix('a/b')).keys()).toHaveLength(2)
    expect(await operator.release(id('a/b'), 'lockkeeper', digest(holder))).toMatchObject({
      node: 'cluster',
      outcome: 'freed',
    })
    expect(await client.getAll().prefix(queuePrefix('a/b')).keys()).toEqual([entryKey('a/b', waiter)])
    expect(await client.getAll().prefix(queuePrefix('a/b/c')).keys()).toHaveLength(1)
    expect(await operator.release(id('x'), 'lockkeeper', digest(holder))).toMatchObject({
      outcome: 'already-gone',
    })
  })

  it('does not say that it freed what its holder gave back between the look and the act', async () => {
    const holder = token()
    const key = entryKey('race', holder)
    await client.put(key).value('{}')
    const lastAnswering = () => {
      const member = members.lastAnswering()
      const txn = async (...args: Parameters<typeof member.client.kv.txn>) => {
        await client.delete().key(key)
        return member.client.kv.txn(...args)
      }
      return { ...member, client: { kv: { txn } } as unknown as Etcd3 }
    }
    const operator = operateEtcd({ voter: 'cluster', members: { ...members, lastAnswering }, digest })
    expect(await operator.release(id('race'), 'lockkeeper', digest(holder))).toMatchObject({
      outcome: 'already-gone',
    })
  })

  it('refuses queues whose holders would not notice', () => {
    const operator = operateEtcd({ voter: 'cluster', members, digest })
    expect(operator.refuses('lockkeeper')).toBeNull()
    expect(operator.refuses('etcd-queue')).toMatch(/would not notice/)
  })

  it('writes nothing when no member answers', async () => {
    const operator = operateEtcd({ voter: 'cluster', members, digest })
    cluster.members[0]?.process.freeze()
    expect(await operator.release(id('a/b'), 'lockkeeper', 'x')).toMatchObject({ outcome: 'unreachable' })
    cluster.members[0]?.process.resume()
  })
})
