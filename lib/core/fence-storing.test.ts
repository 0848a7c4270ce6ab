import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

/** A client whose fence has to be written back: its proposal is behind what the voters know. */
async function clientBehind() {
  const { clock, nodes, client } = simulate(3)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 2_000 }))
  await clock.until(first.release())
  const locks = client('b', { clock: { ...clock, wall: () => clock.wall() - 60_000 } })
  return { clock, nodes, client, locks }
}

test('a grant that is taken away before its fence is stored is lost, and no node is blamed', async () => {
  const { clock, nodes, locks } = await clientBehind()
  const trying = locks.tryAcquire('x', { ttlMs: 2_000 }).catch((error) => error)
  await clock.advance(1)
  for (const node of nodes) node.wipe()
  const error = await clock.until(trying)
  expect(error).toMatchObject({ code: 'lost' })
  expect(error.message).not.toContain('no answer')
})

test('a fence that no majority answers for is no quorum, and names who was silent then', async () => {
  const { clock, nodes, locks } = await clientBehind()
  const trying = locks.tryAcquire('x', { ttlMs: 2_000 }).catch((error) => error)
  await clock.advance(1)
  const [, second, third] = nodes
  for (const node of [second, third]) if (node) node.renew = () => new Promise(() => {})
  const error = await clock.until(trying)
  expect(error).toMatchObject({ code: 'no_quorum' })
  expect(error.message).toMatch(/fence .* n2 .*, n3 /)
})
