'use client'

import { BrokenScreen } from '@/components/shell/broken-screen.tsx'

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return <BrokenScreen digest={error.digest} onRetry={reset} />
}
