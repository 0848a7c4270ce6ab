'use client'

import { useLiveView } from '@/lib/client/live.tsx'
import { Button } from '../ui/button.tsx'
import { Screen } from './screen.tsx'

/** The page itself failed; the shell and the stream around it still work. */
export function BrokenScreen({ digest, onRetry }: { digest: string | undefined; onRetry(): void }) {
  useLiveView({})
  return (
    <Screen>
      <main
        id="main"
        role="alert"
        className="flex min-h-0 flex-1 flex-col items-start gap-3 overflow-y-auto px-4 py-8 max-md:px-3"
      >
        <h1 className="text-20 font-semibold">This page failed</h1>
        <p className="text-ink-2">Nothing was done to any lock. The console itself goes on working.</p>
        {digest === undefined ? null : <p className="font-mono text-12 text-ink-3">{digest}</p>}
        <Button kind="filled" onClick={onRetry}>
          Show it again
        </Button>
      </main>
    </Screen>
  )
}
