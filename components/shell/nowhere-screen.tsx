'use client'

import Link from 'next/link'
import { useLiveView } from '@/lib/client/live.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Screen } from './screen.tsx'

export function NowhereScreen() {
  useLiveView({})
  return (
    <Screen>
      <main
        id="main"
        className="flex min-h-0 flex-1 flex-col items-start gap-3 overflow-y-auto px-4 py-8 max-md:px-3"
      >
        <h1 className="text-20 font-semibold">There is no such page</h1>
        <p className="text-ink-2">The address may have been cut off on its way here.</p>
        <Link href="/" className={buttonClass('filled', 28)}>
          Go to Triage
        </Link>
      </main>
    </Screen>
  )
}
