import { Etcd3 } from 'etcd3'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { KeyId, Sighting } from '../../../fleet/sighting.ts'
import { type EtcdCluster, startEtcd } from '../../../rig/etcd-cluster.ts'
import { fromKeyId } from '../../key-id.ts'
import type { Observer, Pattern } from '../../roles.ts'
import { type Members, openMembers } from '../members.ts'
import { observeEtcd } from '../observe.ts'
import { testDigest } from './key-fixture.ts'

/** A real member, a client of its own to write with, and observers of it that are closed in the end. */
export interface Observing {
  readonly cluster: EtcdCluster
  readonly raw: Etcd3
  observe(...prefixes: string[]): Observer
  observePinned(...patterns: Pattern[]): Observer
  /** Many keys at once. */
  putAll(entries: readonly { key: string | Buffer; value?: string | Buffer; lease?: string }[]): Promise<void>
}

export function observing(args: readonly string[] = []): Observing {
  const opened: Members[] = []
  let cluster: EtcdCluster
  let raw: Etcd3
  beforeAll(async () => {
    cluster = await startEtcd(['m1'], args)
    raw = new Etcd3({ hosts: cluster.endpoints })
  }, 60_000)
  beforeEach(() =>
    raw
      .delete()
      .all()
      .exec()
      .then(() => {}),
  )
  afterAll(async () => {
    for (const members of opened) members.close()
    raw.close()
    await cluster.close()
  }, 60_000)
  const open = (prefixes: readonly string[], patterns: readonly Pattern[]): Observer => {
    const members = openMembers(cluster.endpoints.map((url) => ({ name: 'm1', url })))
    opened.push(members)
    return observeEtcd({ voter: 'cluster', members, digest: testDigest, prefixes, patterns })
  }
  return {
    get cluster() {
      return cluster
    },
    get raw() {
      return raw
    },
    observe: (...prefixes) => open(prefixes, []),
    observePinned: (...patterns) => open([], patterns),
    async putAll(entries) {
      for (let at = 0; at < entries.length; at += MOST)
        await raw.kv.txn({ success: entries.slice(at, at + MOST).map(put) })
    },
  }
}

/** A member takes no more in one transaction. */
const MOST = 128

const put = ({
  key,
  value = '',
  lease = '0',
}: {
  key: string | Buffer
  value?: string | Buffer
  lease?: string
}) => ({
  request_put: { key: Buffer.from(key), value: Buffer.from(value), lease },
})

export async function swept(observer: Observer): Promise<Map<string, Sighting>> {
  const found = new Map<string, Sighting>()
  for await (const sightings of observer.sweep(new AbortController().signal))
    for (const sighting of sightings) found.set(nameOf(sighting.key), sighting)
  return found
}

export const nameOf = (key: KeyId): string => fromKeyId(key).toString('latin1')
