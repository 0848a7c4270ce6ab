'use client'

import '@/lib/client/jitless.ts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { NoAnswer } from '@/lib/client/api.ts'
import { LiveProvider } from '@/lib/client/live.tsx'
import { Problem } from '@/lib/fleet/problem.ts'
import { allBindings, type Binding, useKeys } from '../ui/keys.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { LiveIndicator, UtcClock } from './live-indicator.tsx'
import { TopNav } from './nav.tsx'
import { PAGES } from './pages.ts'
import { StaleBanner } from './stale-banner.tsx'
import type { Theme } from './theme.ts'
import { ThemeSwitch } from './theme-switch.tsx'
import { useCountPages } from './use-back.ts'

const ASK_AGAIN_MS = 3_000

/** Trouble passes; what is not there or not allowed stays so. */
const isAskedAgain = (error: unknown): boolean =>
  error instanceof NoAnswer ||
  (error instanceof Problem && (error.code === 'internal' || error.code === 'backend_unavailable'))

/** The stream keeps what is shown fresh; a question is asked again only when nobody answered it. */
const newClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => error instanceof NoAnswer && failures < 20,
        refetchInterval: (query) => (isAskedAgain(query.state.error) ? ASK_AGAIN_MS : false),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })

const Mark = () => (
  <svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinejoin="round"
    strokeLinecap="round"
    aria-hidden="true"
  >
    <path d="M2.5 3v10L8 8Z" />
    <path d="m7.5 3 6 5-6 5M13.5 3v10" />
  </svg>
)

export function Shell({ theme, children }: { theme: Theme; children: ReactNode }) {
  const [client] = useState(newClient)
  return (
    <QueryClientProvider client={client}>
      <LiveProvider>
        <Frame theme={theme}>{children}</Frame>
      </LiveProvider>
    </QueryClientProvider>
  )
}

function Frame({ theme, children }: { theme: Theme; children: ReactNode }) {
  const router = useRouter()
  useCountPages()
  const [shown, setShown] = useState<readonly Binding[] | null>(null)
  useKeys([
    ...PAGES.map((page) => ({
      keys: `g ${page.key}`,
      says: `go to ${page.name}`,
      run: () => router.push(page.path),
    })),
    { keys: '?', says: 'show all keys', run: () => setShown(allBindings()) },
  ])
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <a
        href="#main"
        className="absolute left-2 z-20 -translate-y-20 rounded-4 bg-ink px-3 py-1.5 text-on-ink focus:translate-y-2"
      >
        Skip to the page
      </a>
      <header className="flex h-11 shrink-0 items-center gap-7 border-b border-line bg-surface px-4 max-md:px-3">
        <Link href="/" className="inline-flex h-full items-center gap-2 font-semibold">
          <Mark />
          Lockkeeper
        </Link>
        <TopNav />
        <span className="ml-auto flex items-center gap-3">
          <LiveIndicator />
          <UtcClock />
          <ThemeSwitch theme={theme} />
        </span>
      </header>
      <StaleBanner />
      {children}
      {shown === null ? null : <KeysDialog bindings={shown} onClose={() => setShown(null)} />}
    </div>
  )
}
