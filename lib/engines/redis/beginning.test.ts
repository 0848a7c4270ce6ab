import { expect, it } from 'vitest'
import { beginningOf } from './beginning.ts'

const of = (name: string) => beginningOf(Buffer.from(name, 'latin1').toString('base64url'))

it('is what names of one kind have in common', () => {
  expect(of('lock:session:1b2f3c4d-58cc-4372-a567-0e02b2c3d479')).toBe('lock:session:')
  expect(of('lock:session:ab2f3c4d-58cc-4372-a567-0e02b2c3d479')).toBe('lock:session:')
  expect(of('lock:session:abcdefab-58cc-4372-a567-0e02b2c3d479')).toBe('lock:session:')
  expect(of('lock:session:aB-cD_e3')).toBe('lock:session:')
  expect(of('orders/17/lock')).toBe('orders/')
  expect(of('order-lock_17')).toBe('order-lock_')
  expect(of('lock:user:alice')).toBe('lock:user:')
  expect(of('lock:user:')).toBe('lock:')
  for (const name of ['', '7', 'leader', 'job17', ':']) expect(of(name)).toBe('')
})

it('does not look through long names', () => {
  expect(of(`a:${'x'.repeat(500_000)}:7`)).toBe('a:')
})
