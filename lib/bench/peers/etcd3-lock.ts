import { setTimeout as pause } from 'node:timers/promises'
import { Etcd3, EtcdLockFailedError } from 'etcd3'
import { type Open, PATIENCE_MS, TTL_MS } from '../contender.ts'

const PAUSE_MS = 10

/** It knows no waiting: whoever wants to wait has to ask again. */
export const open: Open = async ({ urls }, pauseMs) => {
  const client = new Etcd3({ hosts: [...urls] })
  return {
    async acquire(name) {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        const lock = client.lock(`etcd3/${name}`).ttl(TTL_MS / 1_000)
        try {
          await lock.acquire()
          return () => lock.release()
        } catch (error) {
          if (!(error instanceof EtcdLockFailedError) || performance.now() > deadline) throw error
        }
        await pause(pauseMs ?? PAUSE_MS)
      }
    },
    async close() {
      client.close()
    },
  }
}
