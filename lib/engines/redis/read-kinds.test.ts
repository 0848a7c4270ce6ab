import { expect, test } from 'vitest'
import { Kinds } from './read-kinds.ts'

const learnt = (...found: [name: string, isString: boolean][]) => {
  const kinds = new Kinds()
  for (const [name, isString] of found) kinds.note(Buffer.from(name), isString)
  return (name: string) => kinds.areStrings(Buffer.from(name))
}

test('what is known of a name is known of names that begin alike', () => {
  const areStrings = learnt(['locks:a:17', true], ['mutex-4', true], ['locks:b:17', false])
  expect(['locks:a:18', 'locks:a:other', 'mutex-5'].map(areStrings)).toEqual([true, true, true])
  expect(['locks:b:18', 'locks:18', 'mutexes', ''].map(areStrings)).toEqual([false, false, false, false])
})

test('one that is no string is remembered', () => {
  expect(learnt(['a:1', false], ['a:2', true])('a:3')).toBe(false)
  expect(learnt(['a:1', true], ['a:2', false], ['a:3', true])('a:3')).toBe(false)
})

test('only so many beginnings are kept', () => {
  const many = Array.from({ length: 1_001 }, (_, at): [string, boolean] => [
    `${'x'.repeat(at % 60)}${at}`,
    true,
  ])
  const letters = Array.from({ length: 1_001 }, (_, at): [string, boolean] => [
    `${String.fromCharCode(0x100 + at)}:`,
    true,
  ])
  expect(learnt(...many)('xx7')).toBe(true)
  const areStrings = learnt(...letters)
  expect(areStrings(letters[0]?.[0] ?? '')).toBe(false)
  expect(areStrings(letters[1_000]?.[0] ?? '')).toBe(true)
})
