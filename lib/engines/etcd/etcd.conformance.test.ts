import { createServer } from 'node:net'
import { Etcd3 } from 'etcd3'
import { startEtcd } from '../../rig/etcd-cluster.ts'
import { etcdProbe } from '../conformance/etcd-probe.ts'
import { describeConformance, type Misplaced } from '../conformance/index.ts'
import { createEtcdNode } from './driver.ts'

describeConformance('etcd', async () => {
  const [cluster, locked] = await Promise.all([startEtcd(['a', 'b', 'c']), startEtcd(['locked'])])
  const raw = new Etcd3({ hosts: cluster.endpoints })
  const some = (how: 'minority' | 'majority') => cluster.members.slice(0, how === 'majority' ? 2 : 1)
  const freeze = (how: 'minority' | 'majority') => {
    for (const member of some(how)) member.process.freeze()
  }
  return {
    ttlMs: 2_000,
    maxTtlMs: 20_000,
    connect: () => [createEtcdNode({ id: 'e', endpoints: cluster.endpoints })],
    probe: etcdProbe(raw, cluster.endpoints),
    replicas: 0,
    freeze: () => freeze('majority'),
    freezeMinority: () => freeze('minority'),
    resume() {
      for (const member of cluster.members) member.process.resume()
    },
    failures: {
      remembers: true,
      async crash(how) {
        await Promise.all(some(how).map((member) => member.restart()))
      },
      bootstrap: null,
      connectQuarantining: null,
    },
    misplaced: await misplacedEtcd(locked.endpoints),
    async close() {
      raw.close()
      await Promise.all([cluster.close(), locked.close()])
    },
  }
})

async function misplacedEtcd(locked: string[]): Promise<Misplaced[]> {
  const connect = (endpoints: string[]) => [createEtcdNode({ id: 'e', endpoints })]
  const web = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  web.unref()
  const address = web.address()
  const webUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  await lockUp(locked)
  return [
    {
      what: 'a port where nobody listens',
      connect: () => connect(['http://127.0.0.1:1']),
      says: /refused|reach|connect/i,
    },
    {
      what: 'a host that does not exist',
      connect: () => connect(['http://nowhere.invalid:2379']),
      says: /ENOTFOUND|EAI_AGAIN|host|name|reach|connect/i,
    },
    { what: 'no password', connect: () => connect(locked), says: /password|credentials|auth|user/i },
    { what: 'a web server', connect: () => connect([webUrl]), says: /etcd|protocol/i },
  ]
}

/** Asks for a password that nobody has. */
async function lockUp([endpoint]: string[]): Promise<void> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${endpoint}/v3/auth/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  }
  await post('user/add', { name: 'root', password: 'the right one' })
  await post('role/add', { name: 'root' })
  await post('user/grant', { user: 'root', role: 'root' })
  await post('enable', {})
}
