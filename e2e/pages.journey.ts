import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'
import { PAGES, pathOfLock } from './pages.ts'

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme })

    for (const { name, path, shows } of PAGES) {
      test(`axe finds nothing on ${name}`, async ({ page }) => {
        await page.goto(path)
        await expect(page.getByRole('main')).toContainText(shows)
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        ).toEqual([])
      })
    }

    test('axe finds nothing on the page of a lock and in its plan', async ({ page, request }) => {
      const name = `journeys/axe-${colorScheme}`
      const lock = await takeLock(request, 'payments', name, { service: 'journey-axe', ttlMs: 15_000 })
      await page.goto(await pathOfLock(request, name))
      await expect(page.getByRole('main')).toContainText('journey-axe')
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
      await page
        .getByRole('button', { name: /release/i })
        .first()
        .click()
      await expect(page.getByRole('dialog')).toContainText('What will be written')
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
      await lock.release()
    })
  })
}

test('no page breaks its content security policy or logs an error', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  for (const { path, shows } of PAGES) {
    const answer = await page.goto(path)
    expect(answer?.headers()['content-security-policy']).toContain("script-src 'nonce-")
    await expect(page.getByRole('main')).toContainText(shows)
  }
  expect(complaints).toEqual([])
})
