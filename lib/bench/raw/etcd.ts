import { Etcd3 } from 'etcd3'
import type { Open } from '../contender.ts'

/** What etcd itself takes: a put and a delete. No lock at all. */
export const open: Open = async ({ urls }) => {
  const client = new Etcd3({ hosts: [...urls] })
  return {
    async acquire(name) {
      const key = `raw/${name}`
      await client.put(key).value('held')
      return () => client.delete().key(key).exec()
    },
    async close() {
      client.close()
    },
  }
}
