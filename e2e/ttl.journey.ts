import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'

test('somebody watches the TTL of a lock run out', async ({ page, request }) => {
  await takeLock(request, 'jobs', 'journeys/ttl', { service: 'journey-ttl', ttlMs: 8_000, autoRenew: false })

  await page.goto('/locks?q=journeys/ttl')
  await page.getByRole('link', { name: 'journeys/ttl' }).click()
  const main = page.getByRole('main')
  await expect(main).toContainText(/journey-ttl@\S+ holds it/)
  const secondsLeft = async () => Number(/TTL left([\d.]+)\s?s/.exec((await main.textContent()) ?? '')?.[1])
  const first = await secondsLeft()
  expect(first).toBeLessThanOrEqual(8)
  await expect.poll(secondsLeft).toBeLessThan(first)

  await expect(main).toContainText('It is free: nobody holds it.')
})
