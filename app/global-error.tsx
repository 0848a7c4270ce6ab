'use client'

import './globals.css'

/** The shell itself failed, so this page stands alone. */
export default function GlobalError() {
  return (
    <html lang="en" className="font-sans">
      <body>
        <main role="alert" className="flex flex-col items-start gap-3 p-8">
          <h1 className="text-20 font-semibold">This page failed</h1>
          <p className="text-ink-2">Nothing was done to any lock. The console itself goes on working.</p>
          <a href="/" className="underline underline-offset-3">
            Open Triage
          </a>
        </main>
      </body>
    </html>
  )
}
