import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { planRelease, takeLock } from './fleet.ts'
import { PAGES, pathOfLock } from './pages.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]
const LOCK = 'orders/settle/eu-west'

/** Every page at two widths in both themes, into screenshots/, for somebody to look at. */
for (const viewport of SIZES) {
  for (const colorScheme of ['dark', 'light'] as const) {
    test.describe(`${viewport.width} px, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })
      const file = (name: string) =>
        join(import.meta.dirname, '../screenshots', `${name}-${colorScheme}-${viewport.width}.png`)

      for (const { name, path, shows } of PAGES) {
        test(name, async ({ page }) => {
          await page.goto(path)
          await expect(page.getByRole('main')).toContainText(shows)
          await page.waitForTimeout(1_500)
          await page.screenshot({ path: file(name) })
        })
      }

      test('lock', async ({ page, request }) => {
        await page.goto(await pathOfLock(request, LOCK))
        await expect(page.getByRole('main')).toContainText('Votes')
        await page.waitForTimeout(1_500)
        await page.screenshot({ path: file('lock') })
      })

      test('plan', async ({ page, request }) => {
        const name = 'orders/settle/us-east'
        const lock = await takeLock(request, 'payments', name, { service: 'settlement', ttlMs: 12_000 })
        const plan = await planRelease(page, name)
        await plan.getByLabel(/reason/i).fill('INC-4127 settlement stuck since the deploy')
        await plan.getByLabel(/type the lock/i).fill('orders/settle/us')
        await page.screenshot({ path: file('plan') })
        await lock.release()
      })
    })
  }
}
