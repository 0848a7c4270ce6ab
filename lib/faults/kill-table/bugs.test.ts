import { expect, it } from 'vitest'
import { BUGS } from './bugs.ts'
import { hasPlace } from './workbench.ts'

it.each(BUGS)('can still be planted in $file: $name', async (bug) => {
  expect(await hasPlace(bug)).toBe(true)
})
