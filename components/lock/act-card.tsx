'use client'

import { useStaleReason } from '@/lib/client/live.tsx'
import type { Lock } from '@/lib/fleet/lock.ts'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Section } from '../ui/section.tsx'
import { releaseNote } from './words.ts'

/** Why it can't be released from here now; null when it can. */
export function useReleaseBlock(lock: Lock | undefined, gone: boolean): string | null {
  const stale = useStaleReason()
  if (lock === undefined) return 'The lock is not read yet.'
  if (gone) return 'It is gone: there is nothing to release.'
  return lock.releaseBlocked ?? stale
}

export function ActCard({ lock, blocked, onPlan }: { lock: Lock; blocked: string | null; onPlan(): void }) {
  return (
    <Section id="act" title="Act" note="a plan is shown first">
      <div className="flex items-center gap-4 px-4 pb-3 max-md:px-3">
        <div className="min-w-0 flex-1">
          <p className="font-medium">Release</p>
          <p className="text-12 text-ink-2">{blocked ?? releaseNote(lock)}</p>
        </div>
        <Button kind="filled" blocked={blocked} aria-label="Plan its release" onClick={onPlan}>
          Plan <Kbd keys="r" onInk={blocked === null} />
        </Button>
      </div>
    </Section>
  )
}
