import { startChild } from './ask-child.ts'
import type { CandidateId } from './candidates.ts'
import type { Place } from './contender.ts'
import type { ClientRecord, Order, Turn } from './crew-messages.ts'

/** Processes that contend for one lock. */
export interface Crew {
  turn(id: CandidateId, turn: Turn): Promise<ClientRecord[]>
  close(): void
}

export const PROCESSES = 4

export async function openCrew(ids: readonly CandidateId[], place: Place): Promise<Crew> {
  const workers = Array.from({ length: PROCESSES }, () => startChild<Order, ClientRecord[]>('./worker.js'))
  await Promise.all(workers.map((worker) => worker.ask({ kind: 'open', ids, place })))
  return {
    async turn(id, turn) {
      const records = await Promise.all(workers.map((worker) => worker.ask({ kind: 'turn', id, turn })))
      return records.flat()
    },
    close() {
      for (const worker of workers) worker.close()
    },
  }
}
