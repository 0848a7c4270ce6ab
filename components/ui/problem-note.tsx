import { NoAnswer } from '@/lib/client/api.ts'
import { Problem } from '@/lib/fleet/problem.ts'
import { Button } from './button.tsx'

export function problemText(error: unknown): { says: string; hint: string | null } {
  if (error instanceof Problem) return { says: error.message, hint: error.hint }
  if (error instanceof NoAnswer) {
    return {
      says: 'The console did not answer.',
      hint: 'It may be restarting. This page asks again by itself.',
    }
  }
  return { says: 'This page failed.', hint: 'Reload it. If it fails again, look at the console’s log.' }
}

/** Something could not be read: what, why, and what to do. */
export function ProblemNote({
  what,
  error,
  onRetry,
}: {
  what: string
  error: unknown
  onRetry?: () => void
}) {
  const { says, hint } = problemText(error)
  return (
    <div role="alert" className="flex max-w-2xl flex-col gap-2 px-4 py-8 max-md:px-3">
      <p className="text-15 font-medium">{what}</p>
      <p className="text-ink-2">{says}</p>
      {hint === null ? null : <p className="text-ink-3">{hint}</p>}
      {onRetry === undefined ? null : (
        <div className="pt-1">
          <Button onClick={onRetry}>Ask again</Button>
        </div>
      )}
    </div>
  )
}
