import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { backendSpecSchema } from '../spec.ts'

const kinds = backendSpecSchema.options.map((option) => option.shape.kind.value)

/** A kind without an engine folder of its own has its run here. */
const runOf = (kind: string): string =>
  kind === 'redlock' ? './redlock.conformance.test.ts' : `../${kind}/${kind}.conformance.test.ts`

test('there are kinds to cover', () => {
  expect(kinds).toContain('redlock')
  expect(kinds.length).toBeGreaterThan(3)
})

for (const kind of kinds) {
  test(`${kind} has a conformance run`, () => {
    const source = readFileSync(new URL(runOf(kind), import.meta.url), 'utf8')
    expect(source).toContain('describeConformance(')
  })
}
