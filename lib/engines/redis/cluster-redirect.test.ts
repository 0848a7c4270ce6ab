import { expect, test } from 'vitest'
import type { Answer } from '../../core/node.ts'
import { redirectOf } from './cluster-redirect.ts'

const unknown = (why: string, maybeDone = false): Answer => ({ outcome: 'unknown', why, maybeDone })
const granted: Answer = { outcome: 'granted', fence: null }

test('follows a slot to where it is said to be, whatever the address looks like', () => {
  expect(redirectOf([unknown('MOVED 3999 127.0.0.1:6381')])).toEqual({
    to: 'moved',
    address: '127.0.0.1:6381',
  })
  expect(redirectOf([unknown('ASK 3999 2001:db8::1:6381')])).toEqual({
    to: 'ask',
    address: '2001:db8::1:6381',
  })
  expect(redirectOf([unknown('MOVED 3999 :6381')])).toEqual({ to: 'moved', address: ':6381' })
})

test('waits for a slot that is on its way, or that nobody serves', () => {
  const words = [
    'TRYAGAIN Multiple keys request during rehashing of slot',
    'CLUSTERDOWN Hash slot not served',
    'ERR Script attempted to access a non local key in a cluster node script: f_1, on @user_script:7.',
  ]
  for (const why of words) expect(redirectOf([unknown(why), unknown(why)])).toEqual({ to: 'wait' })
})

test('nothing is asked again of which a part may have been carried out', () => {
  expect(redirectOf([unknown('MOVED 3999 127.0.0.1:6381', true)])).toBeNull()
  expect(redirectOf([unknown('TRYAGAIN'), granted])).toBeNull()
  expect(redirectOf([granted, unknown('TRYAGAIN')])).toBeNull()
})

test('other trouble is no redirection', () => {
  for (const why of ['READONLY', 'OOM command not allowed', 'connection refused', 'MOVEDON 1 a:1']) {
    expect(redirectOf([unknown(why)])).toBeNull()
  }
})
