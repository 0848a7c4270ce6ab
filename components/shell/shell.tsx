'use client'

import '@/lib/client/jitless.ts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useState } from 'react'
import { NoAnswer } from '@/lib/client/api.ts'
import { LiveProvider } from '@/lib/client/live.tsx'
import { Problem } from '@/lib/fleet/problem.ts'
import { SearchIcon } from '../ui/icons.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { allBindings, type Binding, useKeys } from '../ui/keys.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { LiveIndicator, UtcClock } from './live-indicator.tsx'
import { TopNav } from './nav.tsx'
import { PAGES } from './pages.ts'
import { Palette, usePaletteKey } from './palette.tsx'
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

const FindButton = ({ onFind }: { onFind(): void }) => (
  <button
    type="button"
    aria-label="Lock, holder, node, act: find anything"
    onClick={onFind}
    className="inline-flex h-7 items-center gap-2 rounded-4 border border-line-input bg-ground px-2.5 text-ink-3 hover:text-ink max-md:border-transparent max-md:bg-transparent max-md:px-1"
  >
    <SearchIcon />
    <span className="pr-4 max-lg:hidden">Lock, holder, node, act</span>
    <span className="max-md:hidden">
      <Kbd keys="Ctrl K" />
    </span>
  </button>
)

function Frame({ theme, children }: { theme: Theme; children: ReactNode }) {
  const router = useRouter()
  useCountPages()
  const [shown, setShown] = useState<readonly Binding[] | null>(null)
  const [found, setFound] = useState<readonly Binding[] | null>(null)
  const find = useCallback(() => setFound(allBindings()), [])
  usePaletteKey(find)
  useKeys([
    ...PAGES.map((page) => ({
      keys: `g ${page.key}`,
      says: `go to ${page.name}`,
      run: () => router.push(page.path),
    })),
    { keys: 'Ctrl-K', says: 'find a lock, holder, node, page or act' },
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
          <FindButton onFind={find} />
          <LiveIndicator />
          <UtcClock />
          <ThemeSwitch theme={theme} />
        </span>
      </header>
      <StaleBanner />
      {children}
      {found === null ? null : <Palette bindings={found} onClose={() => setFound(null)} />}
      {shown === null ? null : <KeysDialog bindings={shown} onClose={() => setShown(null)} />}
    </div>
  )
}
