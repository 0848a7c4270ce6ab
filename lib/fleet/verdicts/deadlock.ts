import type { Deadlock } from '../waits-for-deadlocks.ts'
import type { Rule } from './rule.ts'
import { duration } from './words.ts'

/** Tasks of one process can't be told apart, so that a circle may open by itself: one that lasts is none of those. */
const LASTS_MS = 5_000
const MOST_STEPS = 6

/** Whoever holds it waits, over some steps, for somebody who waits for it. */
export const deadlock: Rule = {
  id: 'deadlock',
  judge(lock, now, context) {
    const found = context.deadlockOf?.(lock.id)
    if (!found) return null
    const { since, victim } = found
    const lasts = since !== null && now - since >= LASTS_MS
    return {
      severity: lasts ? 'alarm' : 'risk',
      says: sentence(found, lock.id),
      evidence: [
        ...(since === null ? [] : [`stuck for ${duration(now - since)}`]),
        `in it ${circle(found)}`,
        `cheapest to release: ${victim.lock} of ${victim.label}, ${victim.because}`,
      ],
      suggests: victim.lockId === lock.id ? 'release' : 'look',
    }
  },
  nextAt(lock, now, context) {
    const since = context.deadlockOf?.(lock.id)?.since ?? null
    return since !== null && since + LASTS_MS > now ? since + LASTS_MS : null
  },
}

/** `one waits for b, two for a, and 3 more` */
function circle({ steps }: Deadlock): string {
  const shown = steps
    .slice(0, MOST_STEPS)
    .map(({ label, waitsFor }, index) => `${label} ${index === 0 ? 'waits ' : ''}for ${waitsFor}`)
  return [...shown, ...(steps.length > MOST_STEPS ? [`and ${steps.length - MOST_STEPS} more`] : [])].join(
    ', ',
  )
}

function sentence({ steps }: Deadlock, lock: string): string {
  const at = steps.findIndex((step) => step.lock === lock)
  const holder = steps[(at + 1) % steps.length]
  if (at < 0 || !holder) return 'Its holder waits in a circle that never ends by itself.'
  const [other] = steps.filter((_, index) => index !== (at + 1) % steps.length)
  if (steps.length === 2 && other)
    return `${holder.label} holds it and waits for ${holder.waitsFor}, whose holder ${other.label} waits for this.`
  return `${holder.label} holds it and waits for ${holder.waitsFor}, in a circle of ${steps.length} that ends here.`
}
