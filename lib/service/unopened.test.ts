import { expect, it, vi } from 'vitest'
import { backendSpecSchema } from '../engines/spec.ts'
import { createWatch } from '../watch/create-watch.ts'
import { unopened } from './unopened.ts'

it('is shown as unreachable with the reason and the names of its nodes, and without its passwords', async () => {
  const spec = backendSpecSchema.parse({
    id: 'pay',
    kind: 'redlock',
    nodes: ['redis://u:hunter2@h1:1', { name: 'second', url: 'redis://h2:2' }, 'redis://h3:3'],
  })
  const open = unopened(spec, 'there is no file /etc/ca.pem')
  const watch = createWatch([{ open, kind: 'redlock', environment: null, demo: false }])
  await vi.waitFor(() =>
    expect(watch.backends()[0]).toMatchObject({
      id: 'pay',
      trouble: 'there is no file /etc/ca.pem',
      sweptAt: null,
      nodes: [
        { name: 'n1', address: 'h1:1', state: 'no-answer' },
        { name: 'second', address: 'h2:2', state: 'no-answer' },
        { name: 'n3', address: 'h3:3', state: 'no-answer' },
      ],
    }),
  )
  expect(JSON.stringify(watch.backends())).not.toContain('hunter2')
  await watch.close()
  await open.close()
})
