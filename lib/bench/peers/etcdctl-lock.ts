import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tieToUs } from '../../rig/lifeline.ts'
import { type Open, TTL_MS } from '../contender.ts'

/** A process for each hold, which says so when it has the lock and gives it back when it is interrupted. */
export const open: Open = async ({ urls }) => ({
  async acquire(name) {
    const args = ['--endpoints', urls.join(','), 'lock', '--ttl', String(TTL_MS / 1_000), `etcdctl/${name}`]
    const child = spawn('etcdctl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    tieToUs(child)
    const ended = once(child, 'exit')
    const granted = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)])
    if (!granted) throw new Error('etcdctl ended before it had the lock')
    return () => {
      child.kill('SIGINT')
      return ended
    }
  },
  async close() {},
})
