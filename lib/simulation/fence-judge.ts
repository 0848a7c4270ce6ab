import { ROUNDING_MS } from './virtual-clock.ts'

interface Fenced {
  name: string
  client: string
  sentAt: number
  heldAt: number
}

/** No two holds of a name have the same fence, and whoever asked after another was granted has a higher one. */
export function createFenceJudge(blame: (says: string) => void) {
  const seen = new Map<string, { all: Set<number>; highest: { heldAt: number; fence: number }[] }>()
  return ({ name, client, sentAt, heldAt }: Fenced, words: string): void => {
    const fence = Number(words)
    const known = seen.get(name) ?? { all: new Set(), highest: [] }
    seen.set(name, known)
    if (known.all.has(fence)) blame(`${name}: two holds have the fence ${fence}`)
    known.all.add(fence)
    const before = known.highest.findLast((one) => one.heldAt < sentAt - ROUNDING_MS)
    if (before && fence < before.fence)
      blame(`${name}: ${client} was granted fence ${fence} after ${before.fence}`)
    known.highest.push({ heldAt, fence: Math.max(fence, known.highest.at(-1)?.fence ?? 0) })
  }
}
