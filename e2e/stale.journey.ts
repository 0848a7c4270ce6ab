import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'
import { pathOfLock } from './pages.ts'

test('a page that hears nothing says so and lets nobody release, until it hears again', async ({
  page,
  request,
}) => {
  const name = 'journeys/stale'
  await takeLock(request, 'payments', name, { service: 'journey-stale', ttlMs: 15_000 })
  const path = await pathOfLock(request, name)
  await page.route('**/api/v1/events**', (route) => route.abort())
  await page.goto(path)
  const banner = page.getByRole('status').filter({ hasText: 'may be wrong' })
  const release = page.getByRole('button', { name: 'Plan its release' })
  await expect(banner).toBeVisible()
  await expect(release).toBeDisabled()

  await page.unroute('**/api/v1/events**')
  await expect(banner).toBeHidden()
  await expect(release).toBeEnabled()
})
