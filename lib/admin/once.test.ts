import { expect, it, vi } from 'vitest'
import { openOnce } from './once.ts'

it('does the same request under one key once, and gives its first answer again', async () => {
  const once = openOnce<number>(() => 0)
  const work = vi.fn(async () => 7)
  expect(await once.run('k', 'a', work)).toBe(7)
  expect(await once.run('k', 'a', work)).toBe(7)
  expect(work).toHaveBeenCalledOnce()
})

it('refuses another request under the same key', async () => {
  const once = openOnce<number>(() => 0)
  await once.run('k', 'a', async () => 7)
  await expect(once.run('k', 'b', async () => 8)).rejects.toMatchObject({ code: 'conflict' })
})

it('refuses the same request while it is being carried out', async () => {
  const once = openOnce<number>(() => 0)
  const first = once.run('k', 'a', async () => 7)
  await expect(once.run('k', 'a', async () => 8)).rejects.toMatchObject({ code: 'conflict' })
  expect(await first).toBe(7)
})

it('frees the key when nothing was done', async () => {
  const once = openOnce<number>(() => 0)
  await expect(once.run('k', 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await once.run('k', 'b', async () => 8)).toBe(8)
})
