import { expect, test } from 'vitest'
import { ReadFailed } from './read-failed.ts'

test('a connection that is lost is told in words of our own, not in those of the client', () => {
  const unsent = new Error("Stream isn't writeable and enableOfflineQueue options is false")
  expect(new ReadFailed(unsent).message).toBe('the connection was lost and is not back yet')
})
