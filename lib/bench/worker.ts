import { setTimeout as pause } from 'node:timers/promises'
import { answerParent } from './ask-child.ts'
import { type Opened, openAll } from './candidates.ts'
import type { Contender } from './contender.ts'
import type { ClientRecord, Order, Turn } from './crew-messages.ts'
import { machineNow } from './machine-clock.ts'

/** One of the processes that contend for one lock. */

/** After a failure, so that a library that fails at once does not spin. */
const BREATH_MS = 5

let opened: Opened = new Map()

answerParent<Order, ClientRecord[]>(async (order) => {
  if (order.kind === 'open') {
    opened = await openAll(order.ids, order.place)
    return []
  }
  const contender = opened.get(order.id)
  if (!contender) throw new Error(`${order.id} was not opened`)
  const { turn } = order
  await pause(turn.startsAt - machineNow())
  return await Promise.all(Array.from({ length: turn.clients }, () => runClient(contender, turn)))
})

/** Takes the lock, holds it, gives it back, thinks; until the turn is over. What is granted later does not count. */
async function runClient(contender: Contender, turn: Turn): Promise<ClientRecord> {
  const record: ClientRecord = { holds: [], waitingSince: null, failures: 0 }
  let askedAt = machineNow()
  while (machineNow() < turn.endsAt) {
    const release = await contender.acquire(turn.lock).catch(() => null)
    const grantedAt = machineNow()
    if (!release || grantedAt >= turn.endsAt) {
      record.waitingSince = askedAt
      if (release) await release()
      else {
        record.failures += 1
        await pause(BREATH_MS)
      }
      continue
    }
    await pause(turn.holdMs)
    record.holds.push([askedAt, grantedAt, machineNow()])
    record.waitingSince = null
    await release().catch(() => {})
    if (turn.thinkMs > 0) await pause(turn.thinkMs)
    askedAt = machineNow()
  }
  return record
}
