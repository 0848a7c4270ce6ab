import { openMembers } from '../engines/etcd/members.ts'
import { endOf } from '../engines/etcd/ranges.ts'
import { again, rest, somewhereIn } from './chance.ts'

/*
 * Clients that queue as the concurrency package of Go's etcd client does: an empty key named after its lease, and the
 * lowest create revision holds.
 */
const QUEUE = Buffer.from('/locks/deploy/api/')
const LEADER = Buffer.from('/service/orders-db/leader')
const LEADER_TTL_SECONDS = 30
const TTL_SECONDS = 10
const TURN_MS = 1_000
const CALL_WITHIN_MS = 1_000
const DEPLOYERS = 3

type Client = ReturnType<typeof openMembers>['all'][number]['client']

const soon = () => ({ deadline: Date.now() + CALL_WITHIN_MS })

export async function runForeignEtcd(endpoint: string, signal: AbortSignal): Promise<void> {
  const members = openMembers([{ name: 'deploy', url: endpoint }])
  const client = members.lastAnswering().client
  await Promise.all([
    ...Array.from({ length: DEPLOYERS }, () => again(signal, [2_000, 5_000], () => deploy(client, signal))),
    again(signal, [1_000, 2_000], () => lead(client, signal)),
  ])
  members.close()
}

async function deploy(client: Client, signal: AbortSignal): Promise<void> {
  const { ID } = await client.leaseClient.leaseGrant({ TTL: TTL_SECONDS }, soon())
  const key = Buffer.concat([QUEUE, Buffer.from(BigInt(ID).toString(16))])
  const session = new AbortController()
  const alive = keepAlive(client, ID, AbortSignal.any([signal, session.signal]))
  try {
    await client.kv.put({ key, value: Buffer.alloc(0), lease: ID }, soon())
    while (!signal.aborted && !(await isFirst(client, key))) await rest(TURN_MS, signal)
    await rest(somewhereIn([5_000, 10_000]), signal)
  } finally {
    session.abort()
    await alive
    await client.leaseClient.leaseRevoke({ ID }, soon())
  }
}

/** Patroni: the member that leads writes its name, on a lease of its own. After a while another one takes over. */
async function lead(client: Client, signal: AbortSignal): Promise<void> {
  const { ID } = await client.leaseClient.leaseGrant({ TTL: LEADER_TTL_SECONDS }, soon())
  const term = new AbortController()
  const alive = keepAlive(client, ID, AbortSignal.any([signal, term.signal]))
  const member = `pg-${Math.random() < 0.5 ? 1 : 2}`
  try {
    await client.kv.put({ key: LEADER, value: Buffer.from(member), lease: ID }, soon())
    await rest(somewhereIn([60_000, 120_000]), signal)
  } finally {
    term.abort()
    await alive
    await client.leaseClient.leaseRevoke({ ID }, soon())
  }
}

async function isFirst(client: Client, key: Buffer): Promise<boolean> {
  const first = { range_end: endOf(QUEUE), limit: 1, sort_order: 'Ascend', sort_target: 'Create' } as const
  const { kvs } = await client.kv.range({ key: QUEUE, ...first }, soon())
  return kvs[0]?.key.equals(key) ?? false
}

async function keepAlive(client: Client, ID: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const stream = await client.leaseClient.leaseKeepAlive(soon()).catch(() => null)
    stream?.on('error', () => {})
    stream?.on('data', () => stream.end())
    stream?.write({ ID })
    await rest((TTL_SECONDS * 1_000) / 3, signal)
  }
}
