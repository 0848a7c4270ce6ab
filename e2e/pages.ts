import { type APIRequestContext, expect } from '@playwright/test'
import { locksPageSchema } from '../lib/fleet/lock.ts'

/** Every page that stands by itself, with a text that is only there once its data is. */
export const PAGES: readonly { name: string; path: string; shows: RegExp }[] = [
  { name: 'triage', path: '/', shows: /payments[\s\S]*Most contended/ },
  { name: 'locks', path: '/locks', shows: /\d+ locks|of [\d,]+ match/ },
  { name: 'waits-for', path: '/waits-for', shows: /looked at/ },
  { name: 'waits-for-graph', path: '/waits-for?as=graph', shows: /waits for what the arrow points at/ },
  { name: 'nodes', path: '/nodes', shows: /r5/ },
  { name: 'audit', path: '/audit', shows: /audit|act/i },
  { name: 'playground', path: '/playground', shows: /client-c/ },
]

/** The page of a lock, by the name that is shown. */
export async function pathOfLock(request: APIRequestContext, name: string): Promise<string> {
  let path = ''
  await expect(async () => {
    const page = locksPageSchema.parse(await (await request.get(`/api/v1/locks?q="${name}"`)).json())
    const found = page.items.find((lock) => lock.name === name)
    expect(found, `a lock named ${name}`).toBeDefined()
    path = `/locks/${encodeURIComponent(found?.id ?? '')}`
  }).toPass()
  return path
}
