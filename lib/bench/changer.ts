import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { answerParent } from './ask-child.ts'
import { closeClients, openClients } from './redis-clients.ts'
import { type Changed, type ChangerOrder, lockName, lockValue, wallClock } from './watch-orders.ts'

/** A process that takes, renews and gives back locks of others, and remembers how it left them. */

const TTL_MS = 600_000
const FILL_AT_ONCE = 5_000
const BEAT_MS = 2

const last: number[] = []
let changes = 0

answerParent<ChangerOrder, unknown>(async (order) => {
  switch (order.kind) {
    case 'fill':
      return await fill(order)
    case 'change':
      return await change(order)
    case 'state':
      return Array.from({ length: order.locks }, (_, index) => last[index] ?? -1)
  }
})

async function fill({ urls, locks }: Extract<ChangerOrder, { kind: 'fill' }>): Promise<null> {
  const clients = await openClients(urls)
  for (let from = 0; from < locks; from += FILL_AT_ONCE) {
    const indexes = Array.from({ length: Math.min(FILL_AT_ONCE, locks - from) }, (_, at) => from + at)
    await Promise.all(clients.map((client) => setAll(client, indexes)))
  }
  closeClients(clients)
  changes = Math.max(changes, locks)
  return null
}

async function setAll(client: Redis, indexes: readonly number[]): Promise<void> {
  const pipeline = client.pipeline()
  for (const index of indexes) {
    last[index] = index
    pipeline.set(lockName(index), lockValue(index), 'PX', TTL_MS)
  }
  await pipeline.exec()
}

/** Three of four are taken by another one; of the others every second is given back, every second renewed. */
async function change({
  url,
  locks,
  perSecond,
  forMs,
}: Extract<ChangerOrder, { kind: 'change' }>): Promise<Changed> {
  const [client] = await openClients([url])
  if (!client) throw new Error('no client')
  const sent: [number, number][] = []
  const startedAt = performance.now()
  let done = 0
  while (performance.now() - startedAt < forMs) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) - done
    if (due > 0) {
      const pipeline = client.pipeline()
      for (let at = 0; at < due; at += 1) changeOne(pipeline, (done + at) % 8, sent, locks)
      done += due
      await pipeline.exec()
    }
    await pause(BEAT_MS)
  }
  closeClients([client])
  return { sent }
}

type Pipeline = ReturnType<Redis['pipeline']>

function changeOne(pipeline: Pipeline, kind: number, sent: [number, number][], locks: number): void {
  const index = Math.floor(Math.random() * locks)
  if (kind === 0) {
    last[index] = -1
    pipeline.del(lockName(index))
  } else if (kind === 1) pipeline.pexpire(lockName(index), TTL_MS)
  else {
    changes += 1
    last[index] = changes
    sent.push([changes, wallClock()])
    pipeline.set(lockName(index), lockValue(changes), 'PX', TTL_MS)
  }
}
