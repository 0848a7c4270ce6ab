import '@fontsource-variable/ibm-plex-sans/wght.css'
import '@fontsource/ibm-plex-mono/400.css'
import '@fontsource/ibm-plex-mono/500.css'
import '@fontsource/ibm-plex-mono/600.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { Shell } from '@/components/shell/shell.tsx'
import { THEME_COOKIE, themeFrom } from '@/components/shell/theme.ts'

export const metadata: Metadata = {
  title: { default: 'Lockkeeper', template: '%s · Lockkeeper' },
  description: 'Live locks of a fleet: who holds them, who waits, what each node says.',
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

/** Reading the cookie makes every page dynamic: nonces need that, and the theme is there before the first paint. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = themeFrom((await cookies()).get(THEME_COOKIE)?.value)
  return (
    <html lang="en" className="font-sans" {...(theme === 'system' ? {} : { 'data-theme': theme })}>
      <body>
        <Shell theme={theme}>{children}</Shell>
      </body>
    </html>
  )
}
