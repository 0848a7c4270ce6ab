import { expect, test } from '@playwright/test'

test('two of five nodes may die and the lock is still granted; with the third nobody gets it', async ({
  page,
}) => {
  test.setTimeout(120_000)
  await page.goto('/playground')
  const stage = page.getByRole('main')
  const client = stage.getByRole('region', { name: 'client-a', exact: true })
  const node = (name: string) => stage.getByRole('region', { name, exact: true })
  const acquire = page.getByRole('button', { name: 'Acquire as client-a' })

  for (const name of ['r1', 'r2']) {
    await page.getByRole('button', { name: `Kill ${name}` }).click()
    await expect(node(name)).toContainText('dead, no answer')
  }
  await acquire.click()
  await expect(client).toContainText('holds it')
  await expect(client).toContainText('3 of 5 votes, 2 silent')
  await page.getByRole('button', { name: 'Release as client-a' }).click()
  await expect(client).toContainText('it holds nothing')

  await page.getByRole('button', { name: 'Kill r3' }).click()
  await expect(node('r3')).toContainText('dead, no answer')
  await acquire.click()
  await expect(client).toContainText('3 are needed')
  await expect(stage).toContainText('nobody can get the lock')

  await page.goto('/nodes')
  await expect(page.getByRole('main')).toContainText(/3 silent/)

  await page.goto('/playground')
  for (const name of ['r1', 'r2', 'r3']) {
    await page.getByRole('button', { name: `Restart ${name}` }).click()
    await expect(node(name)).toContainText(/sits out|answers/)
  }
  await expect(async () => {
    await acquire.click({ timeout: 2_000 })
    await expect(client).toContainText('holds it', { timeout: 2_000 })
  }).toPass({ timeout: 60_000, intervals: [2_000] })
  await page.getByRole('button', { name: 'Release as client-a' }).click()
  await expect(client).toContainText('it holds nothing')
})
